use start_runtime::prelude::*;

#[api_route("/api/owls", rate_limit = "5 per 2s")]
async fn GET() -> &'static str {
    ""
}

fn main() {}
