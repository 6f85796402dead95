//! The text of a path: what it may say, and what it stands for.
//!
//! Invariant: nothing outside this folder reads the text of a pattern, and nothing inside it knows
//! where that text was written. A mistake has a place in the text; the code that holds the literal turns
//! it into a compile error.

mod foreign;
pub mod pattern;
pub mod shape;
pub mod suggest;
