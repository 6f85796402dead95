//! Modules with the names of crates.

use ::start_runtime::api_route;

mod core {}
mod std {}
mod alloc {}
mod start_runtime {}
mod inventory {}
mod levels {}
mod serde {}
mod __rt {}

#[api_route(GET, "/hostile/modules/[one]")]
async fn modules(one: u8) -> u8 {
    one
}

/// A module with handlers sees them as well.
#[api_route("/hostile/modules")]
mod handlers {
    async fn POST() -> &'static str {
        "a"
    }
}
