//! The OpenAPI 3.1 document: a view of the route records.
//!
//! Equal routes produce equal bytes, whatever the link order. None of this runs until the document is requested, and
//! none of it panics.

mod assemble;
mod check;
mod info;
#[allow(dead_code, reason = "capabilities list operations")]
mod listed;
mod operation_id;
mod operations;
mod paths;
mod responses;
#[allow(dead_code, reason = "a capability writes the types of a program")]
mod route_types;

#[allow(unused_imports, reason = "capabilities list operations")]
pub use assemble::request_body;
#[allow(unused_imports, reason = "a capability writes the types of a program")]
pub use assemble::{DescribePart, Typed, typed};
pub use assemble::{document, text};
pub use check::check_params;
pub use info::{OpenApi, OpenApiEdit, Program, check_security};
#[allow(unused_imports, reason = "capabilities list operations")]
pub use listed::{ListedParts, list_operation};
pub use operations::operation_of;
#[allow(unused_imports, reason = "capabilities list operations")]
pub use paths::template;
#[allow(unused_imports, reason = "a capability writes the types of a program")]
pub use route_types::{MethodTypes, PathParam, RouteTypes, route_types};
