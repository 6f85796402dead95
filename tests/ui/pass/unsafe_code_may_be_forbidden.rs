#![forbid(unsafe_code)]
#![deny(warnings)]

use start_runtime::prelude::*;

#[api_route("/api/[house]")]
async fn GET(house: String) -> String {
    house
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    if false { Start::new().serve().await } else { Ok(()) }
}
