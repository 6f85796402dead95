//! Parameters that no request can carry.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use start_runtime::{Cookie, Form, Header, Query, prelude::*};

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "nobody reads it: that is what is checked")]
struct Item {
    name: String,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "nobody reads it: that is what is checked")]
struct Nested {
    item: Option<Item>,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "nobody reads it: that is what is checked")]
struct Listed {
    items: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "nobody reads it: that is what is checked")]
struct Mapped {
    sizes: BTreeMap<String, u8>,
}

#[api_route("/header")]
async fn GET(_nested: Header<Nested>) {}

#[api_route(GET, "/cookie")]
async fn cookie(_mapped: Cookie<Mapped>) {}

#[api_route(GET, "/query")]
async fn query(_listed: Query<Listed>, _fine: Query<Nested>) {}

#[api_route(POST, "/form")]
async fn form(_listed: Form<Listed>) {}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
