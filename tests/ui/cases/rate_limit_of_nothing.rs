use start_runtime::prelude::*;

#[api_route("/api/owls", rate_limit = "0 / 2s")]
async fn GET() -> &'static str {
    ""
}

fn main() {}
