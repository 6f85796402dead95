//! The forms of the return table, without a prelude.

use ::serde::Serialize;
use ::start_runtime::actix_web::Responder;
use ::start_runtime::{Json, Problem, Response, StatusCode, api_route};
use ::std::option::Option::{self, None, Some};
use ::std::result::Result::{self, Err, Ok};

#[api_route("/hostile/returns")]
mod returns {
    use super::{Err, Json, None, Ok, Option, Problem, Responder, Response, Result, Serialize, Some, StatusCode};
    use ::start_runtime::api_route;

    #[api_route(GET, "/json")]
    async fn json() -> impl Serialize {
        [1]
    }

    #[api_route(GET, "/wrapped", status = 202)]
    async fn wrapped() -> Result<Json<u8>, Problem> {
        Ok(Json(1))
    }

    #[api_route(GET, "/pair")]
    async fn pair() -> (StatusCode, &'static str) {
        (StatusCode::CREATED, "a")
    }

    #[api_route(GET, "/responder")]
    fn responder() -> impl Responder {
        "a"
    }

    #[api_route(GET, "/response")]
    async fn response() -> Result<Response, Response> {
        Err(Response::new("a").status(404))
    }

    #[api_route(POST, "/unit")]
    async fn unit() {}

    #[api_route(POST, "/none")]
    async fn none() -> Result<Option<u8>, StatusCode> {
        Ok(None)
    }

    #[api_route(POST, "/some")]
    async fn some() -> Option<u8> {
        Some(1)
    }

    #[api_route(GET, "/error")]
    async fn error() -> Result<(), ::std::boxed::Box<dyn ::std::error::Error>> {
        Err(::std::convert::From::from("a"))
    }
}
