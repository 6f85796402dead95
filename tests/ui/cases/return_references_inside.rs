use start_runtime::prelude::*;

#[api_route("/api/posts")]
mod posts {
    use super::*;

    pub async fn GET() -> Option<&[u32]> {
        Some(&[1])
    }

    pub async fn POST() -> Result<&str, Problem> {
        Ok("hello")
    }

    pub async fn PATCH() -> Result<(), Problem> {
        Ok(())
    }

    pub async fn PUT() -> std::borrow::Cow<'_, str> {
        "hello".into()
    }
}

fn main() {}
