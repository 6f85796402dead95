//! HTTP/1.1 connections: from the bytes of a socket to an [`actix_http::Request`] and back.
//!
//! # Layout
//! | folder | what it does |
//! |---|---|
//! | `message/` | bytes to requests, without any I/O: what is well formed, where a message ends |
//! | `connection/` | the loop of one connection: reads, calls the service, writes, waits, ends |
//! | `answer/` | a response to bytes: head, framing, body |
//! | `service` | what answers requests, and the way in from `actix_server` |
//! | `tunnel` | what becomes of a connection that has switched to another protocol |
//! | `recipient` | whether anybody still waits for an answer |
//! | `stopping`, `listeners` | the stop of the server; its listening sockets |
//!
//! # Invariants
//! - There is one reader of a connection. Where a message ends is decided once, in `message::rules`.
//! - One request at a time: the next head is not parsed before the answer to the request before it is
//!   complete. Bytes of later requests wait in the read buffer, which is bounded.
//! - The same bytes give the same requests and refusals, however they are cut into pieces.
//! - Nothing behind an announced `Connection: close` is executed.
//! - An answer whose body failed never looks complete: the connection ends before its framing does.
//! - Everything that is waited for has a deadline, except a handler, and a stream with a client that
//!   still reads.
//! - An event stream (`text/event-stream`) may end anywhere, because its client connects again: it ends well
//!   when the server stops, and soon after its client has ended its side.

mod answer;
mod clock;
mod connection;
pub mod listeners;
pub mod message;
mod recipient;
mod service;
mod stopping;
mod tunnel;

#[allow(unused_imports, reason = "capabilities mark answers with it")]
pub use connection::ToItsEnd;
pub use connection::{Settings, serve};
pub use message::Refusal;
pub use recipient::Awaiting;
pub use service::{Service, factory};
pub use stopping::{GRACE, Stopping};
pub use tunnel::{NotSwitched, Tunnel, Upgrade};
