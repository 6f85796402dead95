//! JSON Schemas as TypeScript: declarations of types, and Zod schemas.
//!
//! A schema is read once, into a [`Shape`](shape::Shape); both kinds of text are printed from that. Nothing here knows
//! routes or procedures, and nothing panics: what TypeScript cannot express is a wider type.

mod names;
mod print;
mod read;
mod shape;
mod source;
#[cfg(test)]
mod tests;
mod types;
mod zod;

pub use source::{doc_comment, key, note, text};
pub use types::Types;
pub use zod::Zod;
