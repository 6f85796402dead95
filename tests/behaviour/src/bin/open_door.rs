//! A program that documents what it does not check, and has a guard that guards nothing.

use start_runtime::openapi::{OpenApi, SecurityScheme};
use start_runtime::prelude::*;

#[start_runtime::openapi]
fn about(document: &mut OpenApi) {
    document.security_scheme(SecurityScheme::bearer("token"));
    document.security_scheme(SecurityScheme::header("key", "X-Api-Key"));
}

struct User;

#[extractor(security = "token")]
fn user() -> Result<User, StatusCode> {
    Err(StatusCode::UNAUTHORIZED)
}

#[api_route("/api/open", security = "token")]
async fn GET() -> &'static str {
    "everybody"
}

#[api_route(GET, "/api/half-open", security = "key", guard = user)]
async fn half_open() {}

#[api_route(GET, "/api/shut", security = "token", guard = user)]
async fn shut() {}

#[api_route(GET, "/api/shut/by-argument", security = "token")]
async fn shut_by_argument(_: User) {}

mod nothing {
    start_runtime::guard!(super::user);
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
