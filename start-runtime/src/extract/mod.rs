//! What handlers take as arguments: params of the path, extractors, and how a bad one is told.
//!
//! Every failure is a problem. Bad params of path, query, headers and cookies are collected, so that
//! a client sees all of them at once.

#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod bad_params;
mod cookie;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
pub mod describe;
pub mod form;
mod header;
pub mod json;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
pub mod levels;
mod named;
mod param;
mod query;
mod urlencoded;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
pub mod valid;

use std::future::Ready;

use serde::de::DeserializeOwned;

use crate::http::ParamPlace;
use crate::response::Problem;
#[cfg(feature = "multipart")]
pub(crate) use bad_params::BadParam;
pub use bad_params::BadParams;
pub use cookie::Cookie;
pub use form::Form;
pub use header::Header;
pub use json::Json;
pub use param::{FromOptionalParam, FromParam, FromRestParam, optional_param, param, rest_param};
pub use query::Query;
#[cfg(feature = "multipart")]
pub(crate) use urlencoded::from_pairs;

/// State of the program that handlers share: `Start::data(…)` registers it, `db: Data<Db>` in a
/// handler takes it. actix's `web::Data`: an `Arc` underneath, cheap to clone.
///
/// A type that no `Start::data` registers is an error at start-up, not at the first request.
pub type Data<T> = actix_web::web::Data<T>;

/// A query, typed.
pub fn query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut bad = BadParams::new();
    urlencoded::parse(query.as_bytes(), ParamPlace::Query, &mut bad).ok_or_else(|| bad.into_problem())
}

/// The result of an extractor that needs no waiting.
type Extracted<T> = Ready<Result<T, Problem>>;
