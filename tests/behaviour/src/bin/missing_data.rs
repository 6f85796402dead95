//! A program that registers only one of two values that its handlers take.

use start_runtime::prelude::*;

struct Owls(u32);
struct Cauldrons(u32);

#[api_route("/api/owls")]
async fn GET(owls: Data<Owls>) -> u32 {
    owls.0
}

#[api_route(GET, "/api/cauldrons")]
async fn cauldrons(cauldrons: Data<Cauldrons>) -> u32 {
    cauldrons.0
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().data(Owls(3)).serve().await
}
