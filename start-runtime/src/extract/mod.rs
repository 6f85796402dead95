//! What handlers take as arguments: params of the path, extractors, and how a bad one is told.
//!
//! Every failure is a problem. Bad params of path, query, headers and cookies are collected, so that
//! a client sees all of them at once.

mod cookie;
mod form;
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
pub use header::Header;
pub use json::Json;
pub use own::{OwnExtractor, Wraps};
pub use param::{FromOptionalParam, FromParam, FromRestParam, optional_param, param, rest_param};
pub use query::Query;

/// State of the program that handlers share: `Start::data(…)` registers it, `db: Data<Db>` in a
/// handler takes it. actix's `web::Data`: an `Arc` underneath, cheap to clone.
///
/// A type that no `Start::data` registers is an error at start-up, not at the first request.
pub type Data<T> = actix_web::web::Data<T>;

/// The result of an extractor that needs no waiting.
type Extracted<T> = Ready<Result<T, Problem>>;
