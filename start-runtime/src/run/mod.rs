//! The ways in: sockets, the command line, and the way out.

pub mod http;
mod refusal;
