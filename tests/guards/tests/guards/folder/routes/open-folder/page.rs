//! A page.

use start_runtime::prelude::*;

#[api_route]
async fn GET() -> &'static str {
    "in"
}
