//! What a file defines is the user's own, whatever other frameworks call it.

use start_runtime::actix_web::{FromRequest, HttpRequest, dev::Payload};
use start_runtime::prelude::*;

/// Hides the one of the prelude.
#[derive(serde::Serialize)]
struct Response;

struct State<T>(T);
struct Host(String);

impl FromRequest for State<u32> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(1)))
    }
}

impl FromRequest for Host {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(String::new())))
    }
}

#[api_route("/api/posts")]
async fn GET(State(state): State<u32>, Host(host): Host) -> Response {
    assert_eq!((state, host.len()), (1, 0));
    Response
}

/// A tuple of extractors is one of actix's.
#[api_route(POST, "/api/posts")]
async fn pair((state, host): (State<u32>, Host)) -> (u32, usize) {
    (state.0, host.0.len())
}

fn main() {}
