//! Requests that are passed on to another program, for `clients/streams/proxy.mjs`.

use std::env;

use start_runtime::prelude::*;

/// Forwards `/proxy/…` to the program in `UPSTREAM`, if it is set.
pub fn set_up(start: Start) -> Start {
    match env::var("UPSTREAM") {
        Ok(upstream) => start.proxy("/proxy/[...path]", format!("{}/$", upstream.trim_end_matches('/'))),
        Err(_) => start,
    }
}
