use start_runtime::prelude::*;

#[api_route("/api/owls", rate_limit = "5 / 2s", rate_limit_by = "user")]
async fn GET() -> &'static str {
    ""
}

fn main() {}
