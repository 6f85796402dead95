//! The ways in, by sockets and by the command line, and the way out.
//!
//! Here the settings become a program. This room and `test/` reach the capabilities only through the list.

mod advice;
mod build;
mod capabilities;
mod check;
pub mod cli;
pub mod entry;
mod guards;
mod http;
mod outside;
mod server;
mod stop;
mod twice;
mod worker;

pub use server::{Listening, run};
pub use stop::StopHandle;
