//! What a handler needs that can only be checked when the program starts.

use actix_web::HttpRequest;

/// A type that has to be registered with `Start::data`.
pub struct Need {
    pub type_name: &'static str,
    pub present: fn(&HttpRequest) -> bool,
}
