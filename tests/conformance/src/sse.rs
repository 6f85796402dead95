//! Server-Sent Events: `clients/streams/sse.mjs`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Events, LastEventId, ServerEvent, prelude::*};
use tokio::time::{Instant, sleep_until};

const RETRY: Duration = Duration::from_millis(200);

/// Comments of `/sse/forever`.
const KEEP_ALIVE: Duration = Duration::from_millis(500);

/// Streams of `/sse/forever` that run.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// A number.
#[derive(Serialize, JsonSchema)]
struct Tick {
    n: u64,
}

/// Reads a whole number from the query.
fn number(event: &APIEvent, name: &str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, Problem> {
    let params = event.request.search_params();
    let Some(text) = params.get(name) else { return Ok(None) };
    let number = whole(text).filter(|number| range.contains(number));
    let (low, high) = (range.start(), range.end());
    number
        .map(Some)
        .ok_or_else(|| Problem::bad_request(format!("`{name}` has to be a whole number from {low} to {high}")))
}

/// A whole number: digits, and nothing else. One that is too large is as large as there is.
fn whole(text: &str) -> Option<u64> {
    let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| text.parse().unwrap_or(u64::MAX))
}

fn every(event: &APIEvent, default: u64) -> Result<Duration, Problem> {
    Ok(Duration::from_millis(number(event, "every", 0..=600_000)?.unwrap_or(default)))
}

/// The numbers from `first` on, the first at once.
fn ticks(first: u64, every: Duration) -> impl Stream<Item = ServerEvent<Tick>> {
    let ticks = stream::unfold((first, None), move |(n, due): (u64, Option<Instant>)| async move {
        match due {
            Some(due) => sleep_until(due).await,
            // Others have their turn.
            None => tokio::task::consume_budget().await,
        }
        let next = (!every.is_zero()).then(|| due.unwrap_or_else(Instant::now) + every);
        Some((ServerEvent::json(Tick { n }).event("tick").id(n), (n.saturating_add(1), next)))
    });
    stream::once(async { ServerEvent::empty().retry(RETRY) }).chain(ticks)
}

/// Counts to a number.
#[api_route(GET, "/sse/count")]
async fn count(event: APIEvent, LastEventId(last): LastEventId) -> Result<Events<Tick>, Problem> {
    let to = number(&event, "to", 1..=100_000)?.ok_or_else(|| Problem::bad_request("`to` is missing"))?;
    let every = every(&event, 100)?;
    let seen = last.and_then(|last| whole(&last)).unwrap_or(0);
    if seen >= to {
        return Ok(Events::over());
    }
    // The line with `retry` counts, too.
    let length = usize::try_from(to - seen).unwrap_or(usize::MAX).saturating_add(1);
    Ok(Events::new(ticks(seen + 1, every).take(length)))
}

/// One open stream.
struct Open;

impl Open {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Counts for ever.
#[api_route(GET, "/sse/forever")]
async fn forever(event: APIEvent, LastEventId(last): LastEventId) -> Result<Events<Tick>, Problem> {
    let every = every(&event, 1000)?;
    let seen = last.and_then(|last| whole(&last)).unwrap_or(0);
    let mut open = None;
    let ticks = ticks(seen.saturating_add(1), every).inspect(move |_| {
        open.get_or_insert_with(Open::new);
    });
    Ok(Events::new(ticks).keep_alive(KEEP_ALIVE))
}

#[derive(Serialize, JsonSchema)]
struct Count {
    open: usize,
}

/// How many streams of `/sse/forever` run.
#[api_route(GET, "/sse/open")]
async fn open() -> Count {
    Count { open: OPEN.load(Ordering::SeqCst) }
}

/// Texts that are hard to send.
#[api_route(GET, "/sse/texts")]
async fn texts(LastEventId(last): LastEventId) -> Events<String> {
    if last.as_deref() == Some("16") {
        return Events::over();
    }
    let text = |id: u8, data: &str| ServerEvent::text(data).id(id);
    let events = vec![
        text(1, "one\ntwo"),
        text(2, "one\r\ntwo\r\n\r\nthree"),
        text(3, "one\rtwo"),
        text(4, "  two spaces before"),
        text(5, ":colon before"),
        text(6, "").event("empty"),
        text(7, "crab \u{1f980}, é, 日本"),
        ServerEvent::text("no id of its own").event("noid"),
        text(9, "retry").event("retry").retry(Duration::from_millis(1500)),
        ServerEvent::comment_only("a comment"),
        text(10, "\n"),
        text(11, "newline at the end\n"),
        text(12, "data: not a field\nid: 99\nevent: nor this\n\nnor: that"),
        text(13, "\u{feff}BOM inside"),
        text(14, "tab\t, line separator \u{2028}, next line \u{85}"),
        text(15, &"x".repeat(70_000)),
        text(16, "end").event("end"),
    ];
    Events::new(stream::iter(events))
}

/// One event, as the query has it.
#[api_route(GET, "/sse/custom")]
async fn custom(event: APIEvent) -> Result<Events<String>, Problem> {
    let params = event.request.search_params();
    let mut sent = ServerEvent::text(params.get("data").unwrap_or_default());
    if let Some(name) = params.get("event") {
        sent = sent.event(name);
    }
    if let Some(id) = params.get("id") {
        sent = sent.id(id);
    }
    let sent = sent.checked()?;
    Ok(Events::new(stream::once(async { sent })))
}

/// What somebody asks.
#[derive(Deserialize, JsonSchema)]
struct Prompt {
    prompt: String,
}

/// A piece of an answer.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Piece {
    /// The event `token`.
    Token { text: String },
    /// The event `done`.
    Done { tokens: usize },
}

/// Says a prompt back, word by word.
#[api_route(POST, "/sse/chat")]
async fn chat(Json(Prompt { prompt }): Json<Prompt>) -> Events<Piece> {
    const PAUSE: Duration = Duration::from_millis(50);
    let words: Vec<String> = prompt.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let done = ServerEvent::json(Piece::Done { tokens: words.len() }).event("done");
    let start = Instant::now();
    let tokens = stream::iter(words).enumerate().then(move |(number, text)| async move {
        sleep_until(start + PAUSE * u32::try_from(number).unwrap_or(u32::MAX)).await;
        ServerEvent::json(Piece::Token { text }).event("token")
    });
    Events::new(tokens.chain(stream::once(async { done })))
}
