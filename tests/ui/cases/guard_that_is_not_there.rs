use start_runtime::prelude::*;

#[api_route("/api/admin", guard = require_user)]
async fn GET() {}

fn main() {}
