//! The server that real clients are tested against: `tests/conformance/run`.

use std::collections::BTreeMap;

use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Response, parse_cookies, prelude::*};

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

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().body_limit(16 * 1024 * 1024).serve().await
}
