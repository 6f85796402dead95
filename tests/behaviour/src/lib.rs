//! A library crate with a route, for the programs in `bin` that test what happens at start-up.

use start_runtime::prelude::*;

/// Conflicts with the route of the program `conflict`.
#[api_route("/api/things/[id]")]
async fn GET(id: String) -> String {
    id
}
