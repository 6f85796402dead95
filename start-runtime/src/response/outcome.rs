use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::Problem;

/// The outcome of a handler, before dispatch turns it into a response.
pub enum Outcome {
    /// A response.
    Response(HttpResponse),
    /// A problem, which `on_error` receives first.
    Problem(Problem),
    /// `()`: the status of the attribute if it has one; else the page of the path for GET and HEAD, and 204 for other
    /// methods.
    Empty(Option<StatusCode>),
    /// `None`: the page of the path for GET and HEAD, else 404.
    Missing,
}

impl From<Problem> for Outcome {
    fn from(problem: Problem) -> Self {
        if problem.is_answer() { Self::Response(problem.into_http_response()) } else { Self::Problem(problem) }
    }
}

impl Outcome {
    /// A problem that is answered with the same response. A response that is still being made keeps its status and
    /// headers alone.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Response(response) => Problem::answered(response),
            Self::Problem(problem) => problem,
            Self::Empty(status) => Problem::new(status.unwrap_or(StatusCode::NO_CONTENT)),
            Self::Missing => Problem::not_found("there is no such thing"),
        }
    }
}
