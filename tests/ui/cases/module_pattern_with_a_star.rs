use start_runtime::prelude::*;

#[api_route("/files/*")]
mod files {
    pub async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
