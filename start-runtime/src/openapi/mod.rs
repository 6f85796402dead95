//! The OpenAPI 3.1 document: a view of the route records, and what types say about themselves in it.
//!
//! Signatures and doc comments document a route by themselves. What they cannot tell is said once, where it
//! is true: an extractor or an error of your own implements [`Documented`]; what holds for the whole program is
//! a function under `#[start_runtime::openapi]` that takes an [`OpenApi`].
//!
//! Nothing of it runs before the document is asked for, and it never panics.

#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod describe;
mod document;
mod info;
mod names;
mod needs;
mod operation;
mod paths;
mod responses;
mod schemas;
mod security;
mod tidy;

#[doc(hidden)]
pub use describe::{Answer, BodyKind};
pub(crate) use document::document;
pub use info::OpenApi;
pub(crate) use info::check_security;
#[doc(hidden)]
pub use info::{OpenApiEdit, Program};
pub(crate) use needs::needs;
pub use operation::{Documented, Operation, ResponseDoc};
pub(crate) use responses::undocumented;
pub use security::SecurityScheme;

/// What `describe` closures of route records are called with.
pub(crate) use operation::Operation as Describe;
