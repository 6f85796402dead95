//! Whom a limit by address counts: the one place that says so.

use std::net::IpAddr;

use crate::kernel::Call;

/// The address of the client. `None` without a connection, as in tests: these are one client.
pub fn client(call: &Call) -> Option<IpAddr> {
    call.http().peer_addr().map(|address| address.ip().to_canonical())
}
