//! The procedures that are called, and where they are.

use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Multipart, Response, Start, UploadedFile, prelude::*, trpc};

/// The paths below which there are procedures.
pub const ROUTERS: [&str; 4] = ["/trpc", "/lenient", "/trpc10", "/own"];

pub fn router() -> trpc::Router {
    trpc::router!()
}

/// The same procedures for clients of both versions, under rules of their own, and in a route of the program.
pub fn program() -> Start {
    crate::app::program()
        .trpc_router("/trpc", router())
        .trpc_router(
            "/lenient",
            router().allow_method_override(true).path_separator('~').max_batch_size(5).max_streams(2),
        )
        .trpc_router("/trpc10", router().v10())
}

#[api_route(ANY, "/own/[trpc]")]
async fn own(event: APIEvent) -> Response {
    trpc::fetch_request_handler(event, "/own", &router()).await
}

#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}

#[trpc::query]
async fn echo(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
    input
}

#[trpc::query]
fn add(input: (u8, i16)) -> i32 {
    i32::from(input.0) + i32::from(input.1)
}

#[trpc::query]
async fn nothing() {}

/// The only one that asks for a 5xx.
#[trpc::query]
async fn fails_with(input: String) -> Result<u8, trpc::Error> {
    let code: trpc::Code = input.parse().map_err(|_| trpc::Error::bad_request("no code"))?;
    Err(trpc::Error::new(code, "as you wish").with("wish", input))
}

#[trpc::query]
async fn token(params: trpc::ConnectionParams) -> Option<String> {
    params.get("token").map(str::to_owned)
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Post {
    title: String,
    #[serde(default)]
    tags: Vec<String>,
    rating: Option<f32>,
    kind: Kind,
    answer_to: Option<Box<Post>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Kind {
    Plain,
    Linked { url: String, clicks: u64 },
}

mod post {
    use super::*;

    #[trpc::mutation]
    async fn add(input: Post) -> Post {
        input
    }

    #[trpc::mutation]
    async fn upload(input: Multipart<Upload>) -> u64 {
        input.file.size() + input.name.len() as u64
    }

    #[trpc::mutation]
    async fn octets(input: trpc::OctetStream) -> Result<usize, trpc::Error> {
        Ok(input.bytes().await?.len())
    }
}

#[derive(Deserialize, JsonSchema)]
struct Upload {
    name: String,
    file: UploadedFile,
}

#[derive(Serialize, JsonSchema)]
struct Parts {
    now: u8,
    later: trpc::Deferred<Inner>,
    failing: trpc::Deferred<u8>,
    values: trpc::Streamed<u8>,
}

#[derive(Serialize, JsonSchema)]
struct Inner {
    deep: trpc::Deferred<&'static str>,
}

#[trpc::query]
async fn parts() -> Parts {
    Parts {
        now: 1,
        later: trpc::Deferred::new(async { Inner { deep: trpc::Deferred::new(async { "deep" }) } }),
        failing: trpc::Deferred::fallible(async { Err::<u8, _>(trpc::Error::forbidden("not yours")) }),
        values: trpc::Streamed::new(stream::iter([1, 2])),
    }
}

#[trpc::query]
async fn numbers(input: u8) -> impl Stream<Item = Result<u8, Problem>> {
    let last = input.min(9);
    let end = stream::once(async { Err(Problem::conflict("enough")) }).take(usize::from(input > 9));
    stream::iter((0..last).map(Ok)).chain(end)
}

#[trpc::query]
async fn endless_numbers() -> impl Stream<Item = u64> {
    stream::iter(0..)
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Since {
    last_event_id: Option<String>,
}

#[trpc::subscription]
async fn ticks(input: Option<Since>) -> impl Stream<Item = trpc::Tracked<u8>> {
    let last = input.and_then(|since| since.last_event_id?.parse().ok()).unwrap_or(0_u8);
    stream::iter(last.min(4)..4).map(|tick| trpc::tracked(tick + 1, tick))
}

#[trpc::subscription]
async fn words(input: Vec<String>) -> impl Stream<Item = String> {
    stream::iter(input)
}

/// The ids are those of the client, as far as they are ids.
#[trpc::subscription]
async fn ids(input: Vec<String>) -> impl Stream<Item = trpc::Tracked<Option<String>>> {
    let is_id = |id: &String| !id.is_empty() && !id.contains(['\0', '\r', '\n']);
    stream::iter(input.into_iter().filter(is_id)).map(|id| trpc::tracked(id.clone(), Some(id)))
}

#[trpc::subscription]
async fn silent() -> impl Stream<Item = u8> {
    stream::pending()
}

#[trpc::subscription]
async fn endless() -> impl Stream<Item = u64> {
    stream::iter(0..)
}
