//! The server that real clients are tested against: `tests/conformance/run`.

mod address;
mod caching;
mod compression;
mod cors;
mod csrf;
mod graphql;
mod limits;
mod middleware;
mod proxy;
mod secure;
mod sessions;
mod sse;
mod trpc;
mod trpc_superjson;
mod webhooks;
mod ws;

use std::collections::BTreeMap;

use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Compression, Response, parse_cookies, prelude::*};

/// A greeting.
#[derive(Serialize, JsonSchema)]
struct Hello {
    message: &'static str,
}

/// A greeting, for GET and HEAD.
#[api_route(GET, "/api/hello")]
async fn hello() -> Hello {
    Hello { message: "Hello World" }
}

/// The body as it came, with its content type.
#[api_route(POST, "/api/echo")]
async fn echo(event: APIEvent) -> Result<Response, Problem> {
    let content_type = event.request.header("content-type").unwrap_or("application/octet-stream").to_owned();
    Ok(Response::new(event.request.bytes().await?).content_type(content_type))
}

/// The cookies that came with the request. Of two with one name, the first.
#[api_route(GET, "/api/cookies")]
async fn cookies(event: APIEvent) -> BTreeMap<String, String> {
    parse_cookies(&event).into_iter().rev().collect()
}

/// An empty answer with this status.
#[api_route(GET, "/api/status/[status]")]
async fn status(status: u16) -> Response {
    Response::empty().status(status)
}

/// A problem with this status.
#[api_route(GET, "/api/problem/[status]")]
async fn problem(status: u16) -> Problem {
    Problem::new(status)
}

/// Leaves the body unread.
#[api_route(POST, "/api/unread")]
async fn unread() -> &'static str {
    "unread"
}

/// Asks for the end of the connection.
#[api_route(GET, "/api/last")]
async fn last() -> Response {
    Response::new("the last").header("connection", "close")
}

/// The URL of the request.
#[api_route(GET, "/api/url")]
async fn url(event: APIEvent) -> String {
    event.request.url()
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let start = Start::new()
        .body_limit(16 * 1024 * 1024)
        .data(graphql::schema())
        .session(sessions::config()?)
        .trusted_proxies(address::proxies())
        .cors_at("/mw/cors/app", cors::app())
        .cors_at("/mw/cors/any", cors::any())
        .csrf(csrf::config().except("/proxy"))
        .security_headers_at("/mw/secure", secure::headers())
        .compress(Compression::new())
        .etags();
    let start = limits::shared(middleware::order::set_up(start))?;
    trpc_superjson::served(trpc::served(webhooks::set_up(proxy::set_up(start)))).serve().await
}
