//! Programs that share a server of sessions, limits, rooms and deliveries. Each test has a server of its own, in a process.

mod in_process;
mod lifetimes;
mod limits;
mod machine;
mod once;
mod outage;
mod owners;
mod processes;
mod races;
mod rooms;
mod starting;
mod store;

use machines as _;
