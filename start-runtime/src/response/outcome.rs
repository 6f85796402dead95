use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::Problem;

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
