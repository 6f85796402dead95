//! Requests to other programs, through the public API.

mod fetched;
mod forwarded;
mod other_clients;
mod started;
mod tls;
mod upstream;

use forwarding as _;
