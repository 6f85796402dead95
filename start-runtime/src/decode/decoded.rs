//! The bound of what a body is decoded into: serde's, with a message of its own.

use serde::de::DeserializeOwned;

/// A type that a body can be decoded into: every one that implements `serde::Deserialize`.
#[diagnostic::on_unimplemented(
    message = "the body is read into a type, and `{Self}` is none that it can be read into",
    label = "say which type to read: `json::<Post>()`, `form::<Post>()`",
    note = "the type needs `serde::Deserialize`: add `#[derive(serde::Deserialize)]` to it. Its fields own what they have: `String`, not `&str`"
)]
pub trait Decoded: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Decoded for T {}
