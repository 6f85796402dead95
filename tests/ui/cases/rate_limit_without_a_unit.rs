use start_runtime::prelude::*;

#[api_route("/api/owls", rate_limit = "5 / 2")]
async fn GET() -> &'static str {
    ""
}

fn main() {}
