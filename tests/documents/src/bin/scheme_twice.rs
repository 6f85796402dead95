//! A security scheme that two types declare, and not the same.

use std::future::{Ready, ready};

use start_runtime::actix_web::{FromRequest, HttpRequest, dev::Payload};
use start_runtime::openapi::{Documented, Operation, SecurityScheme};
use start_runtime::prelude::*;

macro_rules! user {
    ($name:ident, $scheme:expr) => {
        struct $name;

        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;

            fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(Ok(Self))
            }
        }

        impl Documented for $name {
            fn document(operation: &mut Operation<'_>) {
                operation.security($scheme);
            }
        }
    };
}

user!(ByToken, SecurityScheme::bearer("user"));
user!(ByCookie, SecurityScheme::cookie("user", "sid"));

#[api_route(GET, "/token")]
async fn token(_user: ByToken) {}

#[api_route(GET, "/cookie")]
async fn cookie(_user: Option<ByCookie>) {}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
