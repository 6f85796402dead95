use start_runtime::prelude::*;

#[api_route("/api")]
mod api {
    use start_runtime::prelude::*;

    #[api_route("/students")]
    #[api_route("/pupils")]
    pub async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
