//! The address of the client, for `clients/middleware/address.mjs`.

use std::env;

use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

/// The proxies of this program: addresses with commas between them, in `TRUSTED_PROXIES`.
pub fn proxies() -> Vec<String> {
    env::var("TRUSTED_PROXIES").unwrap_or_default().split(',').map(str::to_owned).collect()
}

/// Who is asking.
#[derive(Serialize, JsonSchema)]
struct Client {
    address: Option<String>,
}

/// The address of the client.
#[api_route(GET, "/mw/address")]
async fn address(event: APIEvent) -> Client {
    Client { address: event.client_address().map(|address| address.to_string()) }
}
