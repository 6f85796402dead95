//! A file that no `mod` names: a program in debug mode says so when it starts.

use start_runtime::prelude::*;

#[api_route("/api/forgotten")]
async fn GET() -> &'static str {
    "nobody can ask for this"
}
