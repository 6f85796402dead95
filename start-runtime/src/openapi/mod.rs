//! The OpenAPI 3.1 document: a view of the route records.
//!
//! Each record carries a function that says what its handler takes and gives, to a [`Describe`].
//! Nothing of it runs before the document is asked for, and it never panics.

mod describe;
mod document;
mod needs;
mod schemas;

pub use describe::{BodyKind, Describe};
pub use document::{document, title};
pub use needs::needs;
