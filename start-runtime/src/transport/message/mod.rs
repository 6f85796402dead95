//! The messages of a connection, without I/O: what is well formed, and where each message ends.
//!
//! # Invariants
//! - A message is read in one way or refused: two lengths, a length and a coding, white space before a
//!   colon, a line of LF alone are never guessed at (RFC 9112, sections 2.2, 5.1, 6.3).
//! - What comes out depends on the bytes alone and not on how they were cut. A fault in a head counts
//!   once its line is complete.
//! - The work is linear in the bytes that came: a head is parsed once per line that completes.

mod chunks;
mod core;
mod explain;
mod head;
mod names;
mod refusal;
mod repeated;
mod rules;
mod target;
#[cfg(test)]
pub(crate) mod tests;
mod token;

pub use self::core::{Core, Event, Position};
pub use refusal::Refusal;
pub use rules::{Framing, Message, Switch};
pub(crate) use token::elements;
