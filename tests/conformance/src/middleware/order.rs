//! The order of middleware: each adds its name to a list on the way in, and to `X-After` on the way out.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Next, prelude::*};

/// How many times a handler has run.
static RAN: AtomicU32 = AtomicU32::new(0);

/// The names of those that the request has passed.
#[derive(Clone, Default)]
struct Passed(Vec<&'static str>);

/// Adds the middleware of this contract to the program.
pub fn set_up(start: Start) -> Start {
    start.middleware(app).middleware_at("/mw/order", outer).middleware_at("/mw/order/a", inner)
}

async fn around(name: &'static str, event: APIEvent, next: Next) -> Response {
    pass(&event, name);
    next.run().await.append_header("X-After", name)
}

fn pass(event: &APIEvent, name: &'static str) -> Vec<&'static str> {
    let Passed(mut names) = event.locals.get().unwrap_or_default();
    names.push(name);
    event.locals.insert(Passed(names.clone()));
    names
}

/// Set on the whole program; the rest of it is left alone.
async fn app(event: APIEvent, next: Next) -> Response {
    if event.request.path().starts_with("/mw/order/") { around("app", event, next).await } else { next.run().await }
}

async fn outer(event: APIEvent, next: Next) -> Result<Response, Problem> {
    if event.request.path().trim_end_matches('/') == "/mw/order/early" {
        return Err(Problem::new(418));
    }
    Ok(around("outer", event, next).await)
}

async fn inner(event: APIEvent, next: Next) -> Response {
    around("inner", event, next).await
}

async fn route(event: APIEvent, next: Next) -> Response {
    around("route", event, next).await
}

fn names(event: &APIEvent) -> Vec<&'static str> {
    RAN.fetch_add(1, Ordering::Relaxed);
    pass(event, "handler")
}

#[api_route("/mw/order")]
mod routes {
    use super::*;

    /// With all four around it.
    #[api_route(GET, "/a/b", middleware = route)]
    async fn all(event: APIEvent) -> Json<Vec<&'static str>> {
        Json(names(&event))
    }

    #[api_route(GET, "/a/c")]
    async fn three(event: APIEvent) -> Json<Vec<&'static str>> {
        Json(names(&event))
    }

    #[api_route(GET, "/d")]
    async fn two(event: APIEvent) -> Json<Vec<&'static str>> {
        Json(names(&event))
    }

    /// Never runs: `outer` answers.
    #[api_route(GET, "/early", responses(418 = "Always"))]
    async fn early(event: APIEvent) -> Json<Vec<&'static str>> {
        Json(names(&event))
    }

    #[api_route(GET, "/a/error")]
    async fn error(event: APIEvent) -> Result<Json<Vec<&'static str>>, Problem> {
        names(&event);
        Err(Problem::internal("boom-secret"))
    }

    #[api_route(GET, "/a/panic")]
    async fn panic(event: APIEvent) -> Json<Vec<&'static str>> {
        names(&event);
        panic!("boom-secret")
    }

    #[derive(Serialize, JsonSchema)]
    struct Ran {
        ran: u32,
    }

    /// How many times a handler of these has run.
    #[api_route(GET, "/ran")]
    async fn ran() -> Ran {
        Ran { ran: RAN.load(Ordering::Relaxed) }
    }
}
