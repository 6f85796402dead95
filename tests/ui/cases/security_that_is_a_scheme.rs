//! What `#[extractor]` takes: a route names the scheme, and a guard checks it.

use start_runtime::prelude::*;

#[api_route("/api/x", security = bearer("token"))]
async fn GET() {}

fn main() {}
