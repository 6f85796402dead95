//! Redis and Valkey: what capabilities share of them. A capability decides what it keeps there.
//!
//! - Each worker has one connection, which all of its requests share. It is made when it is needed first, and made anew
//!   when it is lost: nothing polls.
//! - A question has its time limit, connecting included. While the server is away, one request at a time tries to
//!   connect, and the others fail at once.
//! - Keys that hold what a client knows or is known by, such as ids and addresses, have its hash.

mod address;
mod connector;
mod fault;
mod handle;

pub use handle::Redis;
