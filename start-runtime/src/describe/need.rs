//! What a handler needs that can only be checked when the program starts.

use actix_web::HttpRequest;

use super::guarded::Origin;

/// Something that has to be registered.
#[derive(Clone)]
pub struct Need {
    /// The type that is registered with `Start::data`; the type of the argument, if it is registered otherwise.
    pub what: &'static str,
    /// How it is registered, if not with `Start::data`.
    pub cure: Option<&'static str>,
    pub present: fn(&HttpRequest) -> bool,
    /// The extractor function that takes it, if the handler does not.
    pub by: Option<Origin>,
}
