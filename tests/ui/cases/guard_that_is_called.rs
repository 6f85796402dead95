use start_runtime::prelude::*;

#[extractor]
fn user() -> Result<(), Problem> {
    Ok(())
}

#[api_route("/api/admin", guard = user())]
async fn GET() {}

#[api_route("/api/other", guard = "user")]
async fn POST() {}

#[api_route("/api/third", guards = user)]
async fn PUT() {}

fn main() {}
