//! The name of a security scheme is text.

use start_runtime::prelude::*;

#[api_route("/api/x", security = token)]
async fn GET() {}

fn main() {}
