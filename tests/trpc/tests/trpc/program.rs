//! The procedures that are called.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::Value;
use start_runtime::test::{TestApp, app_with};
use start_runtime::{Response, Start, prelude::*, trpc};

pub fn router() -> trpc::Router {
    trpc::router!()
}

pub struct Greeting(pub &'static str);

/// A program with the procedures at `/t`, as the router serves them.
pub fn app_of(router: trpc::Router) -> TestApp {
    app_with(Start::new().data(Greeting("hello")).trpc_router("/t", router))
}

pub fn app() -> TestApp {
    app_of(router())
}

/// Greets.
#[trpc::query]
pub async fn hello(input: Option<String>, greeting: Data<Greeting>) -> String {
    format!("{} {}", greeting.0, input.as_deref().unwrap_or("world"))
}

/// Does not wait.
#[trpc::query]
pub fn at_once(input: u32) -> u32 {
    input + 1
}

#[trpc::query("with.another-name")]
async fn given() -> &'static str {
    "given"
}

#[trpc::query]
async fn r#type() -> &'static str {
    "raw"
}

#[trpc::query]
async fn echo(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
    input
}

#[trpc::query]
async fn nothing() {}

#[trpc::query]
async fn fallible_nothing(input: bool) -> Result<(), trpc::Error> {
    if input { Ok(()) } else { Err(trpc::Error::from(trpc::Code::PaymentRequired)) }
}

#[trpc::query]
async fn not_a_number() -> f64 {
    f64::NAN
}

#[trpc::query]
async fn panics(input: Option<String>) -> String {
    panic!("secret {input:?}")
}

#[trpc::query]
async fn by_path(event: APIEvent) -> String {
    event.response.set_header("x-seen", event.request.method().as_str());
    event.cookies().set(("seen", "yes"));
    event.request.path().to_owned()
}

#[derive(Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct NewPost {
    pub title: String,
    pub tags: Vec<String>,
    #[serde(default)]
    pub pinned: bool,
}

#[derive(Serialize, Deserialize, JsonSchema, Debug, PartialEq)]
pub struct Post {
    pub id: u32,
    pub title: String,
}

pub mod post {
    use super::*;

    #[trpc::mutation]
    pub async fn add(input: NewPost) -> Result<Post, trpc::Error> {
        if input.title.is_empty() {
            return Err(trpc::Error::conflict("a post has a title").with("field", "title"));
        }
        Ok(Post { id: u32::from(input.pinned), title: [vec![input.title], input.tags].concat().join(" #") })
    }

    pub mod by_id {
        use super::*;

        #[trpc::query]
        async fn first_title(trpc::Input(id): trpc::Input<u32>) -> Result<String, Problem> {
            Err(Problem::not_found(format!("there is no post {id}")).with("id", id))
        }
    }
}

#[derive(Deserialize, JsonSchema, garde::Validate)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    #[garde(length(min = 3))]
    #[schemars(length(min = 3))]
    user_name: String,
    #[garde(inner(range(max = 9)))]
    digits: Vec<u8>,
}

#[trpc::mutation]
async fn checked(input: Checked) -> usize {
    input.user_name.len() + input.digits.len()
}

#[trpc::mutation]
async fn checked_in_wrapper(trpc::Input(input): trpc::Input<Checked>) -> usize {
    input.digits.len()
}

#[derive(Deserialize, JsonSchema)]
pub struct Upload {
    name: String,
    file: start_runtime::UploadedFile,
}

#[trpc::mutation]
async fn upload(input: Multipart<Upload>) -> String {
    format!("{} {}", input.name, input.file.size())
}

#[trpc::mutation]
async fn octets(input: trpc::OctetStream) -> Result<usize, trpc::Error> {
    Ok(input.bytes().await?.len())
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

#[derive(Serialize, JsonSchema)]
struct Outer {
    inner: Inner,
}

#[trpc::query]
async fn too_deep() -> Outer {
    Outer { inner: Inner { deep: trpc::Deferred::new(async { "deep" }) } }
}

#[trpc::query]
async fn only_later() -> trpc::Deferred<u8> {
    trpc::Deferred::new(async { 7 })
}

#[trpc::query]
async fn numbers(input: u32) -> impl Stream<Item = u32> {
    stream::iter(1..=input)
}

#[trpc::query]
async fn maybe_numbers(input: u32) -> Result<impl Stream<Item = Result<u32, Problem>>, trpc::Error> {
    if input == 0 {
        return Err(trpc::Error::bad_request("none"));
    }
    Ok(stream::iter((1..=input).map(Ok)).chain(stream::once(async { Err(Problem::conflict("enough")) })))
}

#[derive(Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "camelCase")]
struct Since {
    last_event_id: Option<String>,
}

#[trpc::subscription]
async fn ticks(input: Option<Since>) -> impl Stream<Item = trpc::Tracked<u32>> {
    let last = input.and_then(|since| since.last_event_id?.parse().ok()).unwrap_or(0);
    stream::iter(last + 1..=4).map(|tick| trpc::tracked(tick, tick * 10))
}

#[trpc::subscription]
async fn ids(input: Vec<String>) -> impl Stream<Item = trpc::Tracked<u8>> {
    stream::iter(input).map(|id| trpc::tracked(id, 0))
}

#[trpc::subscription]
async fn some_tracked() -> impl Stream<Item = u8> {
    stream::iter([1, 2])
}

#[trpc::subscription]
async fn bad_stream() -> impl Stream<Item = u8> {
    stream::iter(0..3).map(|number| if number == 1 { panic!("secret") } else { number })
}

#[trpc::subscription]
async fn silent() -> impl Stream<Item = u8> {
    stream::pending()
}

#[trpc::query]
async fn slow(input: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(input)).await;
    input
}

#[trpc::query]
async fn fails_with(input: String) -> Result<u8, trpc::Error> {
    let code: trpc::Code = input.parse().map_err(|_| trpc::Error::bad_request("no code"))?;
    Err(trpc::Error::new(code, format!("m-{input}")))
}

#[trpc::query]
async fn io_error() -> Result<u8, std::io::Error> {
    Err(std::io::Error::other("secret"))
}

#[trpc::query]
async fn status_and_text() -> Result<u8, (StatusCode, &'static str)> {
    Err((StatusCode::TOO_MANY_REQUESTS, "slower"))
}

#[trpc::query]
async fn retry_after() -> Result<u8, Problem> {
    Err(Problem::new(503).with_detail("later").header("Retry-After", "7"))
}

/// The documented shape of the route.
#[api_route(ANY, "/own/[trpc]")]
async fn own_route(event: APIEvent) -> Response {
    trpc::fetch_request_handler(event, "/own", &router()).await
}

#[api_route(GET, "/nested/[name]")]
async fn nested(name: String, event: APIEvent) -> Result<String, trpc::Error> {
    event.trpc("hello", name).await
}
