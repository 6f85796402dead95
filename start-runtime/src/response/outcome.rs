use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::Problem;
use super::status::IntoStatus as _;

/// What came out of a handler, before dispatch has made a response of it.
pub enum Outcome {
    /// An answer.
    Response(HttpResponse),
    /// Something that `on_error` has to see first.
    Problem(Problem),
    /// `()`: the status of the attribute if it has one; else the page of the path for GET and HEAD,
    /// and 204 for the others.
    Empty(Option<StatusCode>),
    /// `None`: the page of the path for GET and HEAD, else 404.
    Missing,
}

/// The first look at a returned value: is there anything?
pub enum Split<T> {
    Value(T),
    /// `()`.
    Empty,
    /// `None`.
    Missing,
}

impl<T> Split<T> {
    /// The answer of a handler that returned nothing.
    pub fn outcome(self, status: Option<u16>) -> Outcome {
        match self {
            Self::Missing => Outcome::Missing,
            Self::Empty | Self::Value(_) => Outcome::Empty(status.and_then(|status| status.into_status().ok())),
        }
    }
}
