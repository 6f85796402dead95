//! A program with a route that its library has as well, with a different name for the parameter.

use behaviour as _;
use start_runtime::prelude::*;

#[api_route("/api/things/$thing")]
async fn GET(thing: String) -> String {
    thing
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
