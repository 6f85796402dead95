//! The same, as a program.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, clippy::pedantic)]

use ::consumer as _;
use ::consumer_routes as _;
use ::start_runtime::api_route;

#[api_route("/hostile/program")]
async fn GET() -> &'static str {
    "a"
}

#[::start_runtime::main]
async fn main() -> ::std::io::Result<()> {
    ::start_runtime::Start::new().serve().await
}
