//! What handlers take as arguments: parameters of the path and extractors, and how bad ones are reported.
//!
//! Every failure is a problem. All bad parameters of the path, the query, the headers and the cookies are reported
//! together.

mod cookie;
mod form;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
pub mod guard;
mod header;
mod json;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
pub mod own;
mod param;
mod query;

use std::future::Ready;

use crate::response::Problem;
pub use cookie::Cookie;
pub use form::Form;
pub use guard::{Extract, Guard, MayBeAbsent, NotAGuard, guard_record};
pub use header::Header;
pub use json::Json;
#[allow(unused_imports, reason = "capabilities have wrappers of their own")]
pub use own::Carrier;
pub use own::{OwnExtractor, Wraps};
pub use param::{
    FromOptionalParam, FromParam, FromRestParam, optional_param, optional_param_like, param, param_like, rest_param,
    rest_param_like,
};
pub use query::Query;

/// State of the program that handlers share: `Start::data(…)` registers it, and a handler takes it with `db: Data<Db>`.
/// This is actix's `web::Data`: an `Arc` underneath, so cloning it is cheap.
///
/// If no `Start::data` registers a type that a handler takes, the program does not start.
pub type Data<T> = actix_web::web::Data<T>;

/// The result of an extractor that does not have to wait.
type Extracted<T> = Ready<Result<T, Problem>>;
