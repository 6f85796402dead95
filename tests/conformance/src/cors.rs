//! Parts of the program that pages of other origins may call, for `clients/middleware/cors.mjs`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::Number;
use start_runtime::{Cors, Response, json, prelude::*};

/// What `/mw/cors/app` grants.
pub fn app() -> Cors {
    Cors::new()
        .origin("https://app.example")
        .origin("https://*.trusted.example")
        .methods(["GET", "PUT", "DELETE"])
        .headers(["x-token", "content-type"])
        .expose(["ETag"])
        .credentials()
        .max_age(Duration::from_secs(600))
}

/// What `/mw/cors/any` grants.
pub fn any() -> Cors {
    Cors::new().any_origin().methods(["GET", "PUT", "DELETE"]).headers(["content-type"])
}

/// How the handler fails.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Fail {
    Missing,
    Panic,
}

/// The query.
#[derive(Deserialize, JsonSchema)]
struct Wish {
    fail: Option<Fail>,
}

/// A number.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Numbered {
    #[schemars(with = "f64")]
    n: Number,
}

/// An answer without news.
#[derive(Serialize, JsonSchema)]
struct Fine {
    ok: bool,
}

/// For some origins.
#[api_route("/mw/cors/app")]
mod some {
    use super::*;

    async fn GET(Query(wish): Query<Wish>) -> Result<Response, Problem> {
        match wish.fail {
            Some(Fail::Missing) => Err(Problem::not_found("it is missing on purpose")),
            Some(Fail::Panic) => panic!("boom-secret"),
            None => Ok(json!({ "method": "GET" }).header("etag", "\"one\"")),
        }
    }

    async fn PUT(Json(numbered): Json<Numbered>) -> Json<Numbered> {
        Json(numbered)
    }

    async fn DELETE() {}
}

/// For all origins.
#[api_route(GET, "/mw/cors/any")]
async fn all() -> Fine {
    Fine { ok: true }
}

/// Without CORS.
#[api_route(GET, "/mw/cors/none")]
async fn no_other() -> Fine {
    Fine { ok: true }
}
