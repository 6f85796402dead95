//! Procedures of a router that speaks superjson: at /api/trpc-superjson for clients of version 11, at
//! /api/trpc10-superjson for those of version 10.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::Value;
use start_runtime::trpc::superjson;
use start_runtime::{Start, trpc};

pub fn served(start: Start) -> Start {
    let router = || router().allow_method_override(true);
    start.trpc_router("/api/trpc-superjson", router()).trpc_router("/api/trpc10-superjson", router().v10())
}

fn router() -> trpc::Router {
    trpc::router!(transformer = superjson)
}

/// A value of each kind.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct All {
    text: String,
    small: i32,
    float: f64,
    single: f32,
    exact: i64,
    wide: u64,
    date: superjson::Date<String>,
    maybe_date: Option<superjson::Date<String>>,
    big: superjson::BigInt<u64>,
    huge: superjson::BigInt<i128>,
    set: superjson::Set<BTreeSet<String>>,
    dates: superjson::Set<Vec<superjson::Date<String>>>,
    map: superjson::Map<BTreeMap<u32, Vec<superjson::BigInt<u64>>>>,
    keys: superjson::Map<BTreeMap<String, superjson::Date<String>>>,
    by_date: superjson::Map<BTreeMap<superjson::Date<String>, Named>>,
    url: superjson::Url<String>,
    pattern: superjson::RegExp<String>,
    bytes: superjson::Uint8Array<Vec<u8>>,
    #[serde(rename = "odd.name\\with.dots")]
    odd: superjson::Date<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
    any: Value,
    choice: Choice,
    #[serde(flatten)]
    flat: Flat,
    #[serde(with = "start_runtime::integer_text")]
    #[schemars(with = "String")]
    digits: u64,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Named {
    at: superjson::Date<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Flat {
    flat_big: superjson::BigInt<i64>,
}

/// A value in each form of an enum.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Choice {
    Nothing,
    One(superjson::Date<String>),
    Two(superjson::BigInt<u64>, String),
    Struct { set: superjson::Set<Vec<u8>> },
}

#[trpc::query]
async fn all(input: All) -> All {
    input
}

#[trpc::mutation]
async fn change(input: All) -> All {
    input
}

#[trpc::query]
async fn any(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
    input
}

/// What JavaScript has sent, as plain types.
#[derive(Deserialize, JsonSchema, Serialize)]
struct Plain {
    date: String,
    big: u64,
    text: String,
    #[serde(default)]
    missing: Option<u8>,
    list: Vec<String>,
    map: BTreeMap<String, u8>,
}

#[trpc::query]
async fn plain(input: Plain) -> Plain {
    input
}

#[trpc::query]
async fn floats(input: Vec<f64>) -> Vec<f64> {
    input
}

#[trpc::query]
async fn small(input: i32) -> i32 {
    input
}

#[trpc::query]
async fn nothing() {}

#[trpc::query]
async fn optional(input: Option<String>) -> Option<String> {
    input
}

/// Whether two parts that are the same arrive as two.
#[trpc::query]
async fn twice(input: Vec<Named>) -> Vec<Named> {
    input
}

/// Fails, with data.
#[trpc::query]
async fn fail() -> Result<String, trpc::Error> {
    Err(trpc::Error::new(trpc::Code::Conflict, "no").with("big", u64::MAX))
}

#[trpc::mutation]
async fn form(input: start_runtime::Multipart<Form>) -> superjson::BigInt<u64> {
    superjson::BigInt(input.size)
}

#[derive(Deserialize, JsonSchema)]
struct Form {
    size: u64,
}

#[derive(Serialize, JsonSchema)]
struct Later {
    now: superjson::BigInt<u64>,
    later: trpc::Deferred<Named>,
    each: trpc::Streamed<superjson::BigInt<u64>>,
}

fn date(text: &str) -> superjson::Date<String> {
    superjson::Date(text.to_owned())
}

#[trpc::query]
async fn later() -> Later {
    let each = stream::iter([1, u64::MAX]).map(superjson::BigInt);
    let later = async { Named { at: date("2026-01-02T03:04:05.006Z") } };
    Later { now: superjson::BigInt(7), later: trpc::Deferred::new(later), each: trpc::Streamed::new(each) }
}

#[trpc::query]
async fn iter(input: superjson::Date<String>) -> impl Stream<Item = Named> {
    stream::iter([Named { at: input.clone() }, Named { at: input }])
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Since {
    since: superjson::Date<String>,
    last_event_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Tick {
    n: superjson::BigInt<u64>,
    since: superjson::Date<String>,
}

#[trpc::subscription]
async fn ticks(input: Since) -> impl Stream<Item = trpc::Tracked<Tick>> {
    let first = input.last_event_id.and_then(|id| id.parse::<u64>().ok()).map_or(1, |last| last + 1);
    let since = input.since;
    stream::iter(first..=3).map(move |n| trpc::tracked(n, Tick { n: superjson::BigInt(n), since: since.clone() }))
}

#[trpc::subscription]
async fn bare() -> impl Stream<Item = Result<superjson::Date<String>, trpc::Error>> {
    let dates = stream::iter([Ok(date("2026-01-02T03:04:05.006Z"))]);
    dates.chain(stream::once(async { Err(trpc::Error::forbidden("enough")) }))
}

#[trpc::subscription]
async fn whoami(params: trpc::ConnectionParams) -> impl Stream<Item = Option<String>> {
    let token = params.get("token").map(str::to_owned);
    stream::once(async { token })
}
