use start_runtime::prelude::*;

async fn require_user(event: APIEvent) -> Result<(), Problem> {
    event.request.bearer_token().map(drop)
}

#[api_route("/api/admin", guard = require_user)]
async fn GET() {}

fn main() {}
