//! The answer to a request: its head, the framing of its body, and the body.
//!
//! # Invariants
//! - The size of the body decides the framing; what the response says of it in its headers does not
//!   count, but for HEAD and for a length given with `no_chunking`.
//! - A body is never longer than announced, and one that is shorter or fails ends the connection before
//!   its framing is complete.

mod body;
mod encode;
mod framing;

pub use body::{Body, Next};
pub use encode::{CONTINUE, Line, write_chunk_size, write_head};
pub use framing::{Framing, Unanswerable, frame};
