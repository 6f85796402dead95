//! Whom a limit by address counts: the one place that says so.

use std::net::IpAddr;

use crate::http::client;
use crate::kernel::Call;

/// The address of the client, as trusted proxies say it. `None` without a connection, as in tests: these are one client.
pub fn client(call: &Call) -> Option<IpAddr> {
    client::address(call.http()).map(|address| address.to_canonical())
}
