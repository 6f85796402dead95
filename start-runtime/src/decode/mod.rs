//! Decodes texts and bytes into types.
//!
//! Every failure is a [`Problem`](crate::response::Problem) that names the place: a JSON pointer or a parameter.
//! Nothing here reads from a connection; it works on data in memory.

mod bad_params;
pub mod content;
mod decoded;
pub mod form;
pub mod json;
pub mod named;
pub mod text;
mod type_label;
pub mod urlencoded;

pub use bad_params::{BadParam, BadParams};
pub use decoded::Decoded;
pub use type_label::type_label;
