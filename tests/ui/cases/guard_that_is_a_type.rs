use start_runtime::prelude::*;

struct User;

#[api_route("/api/admin", guard = User)]
async fn GET() {}

fn main() {}
