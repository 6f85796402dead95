//! A program of procedures alone, which keeps its types in the file that `TYPES_FILE` names.

use futures_util::{Stream, stream};
use start_runtime::{prelude::*, trpc};

/// Says hello.
#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}

#[derive(serde::Serialize, JsonSchema)]
struct Letter {
    id: u32,
    text: String,
}

#[derive(serde::Deserialize, JsonSchema)]
struct NewLetter {
    text: String,
}

/// One of many: what TanStack Query calls infinite has a `cursor`.
#[derive(serde::Deserialize, JsonSchema)]
struct PageOf {
    cursor: Option<u32>,
    limit: u32,
}

#[derive(serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Letters {
    letters: Vec<Letter>,
    next_cursor: Option<u32>,
}

fn page_of(PageOf { cursor, limit }: &PageOf) -> Letters {
    let after = cursor.unwrap_or(0);
    let letters = (after + 1..=after + limit).map(|id| Letter { id, text: format!("letter {id}") }).collect();
    Letters { letters, next_cursor: Some(after + limit) }
}

#[trpc::query("letter.page")]
async fn page(input: PageOf) -> Letters {
    page_of(&input)
}

/// The input may be left out, and is not null.
#[trpc::query("letter.firstPage")]
async fn first_page(input: trpc::Maybe<PageOf>) -> Letters {
    page_of(&input.into_option().unwrap_or(PageOf { cursor: None, limit: 10 }))
}

#[trpc::query("letter.count")]
async fn count() -> u32 {
    1
}

#[trpc::query("letter.each")]
async fn each() -> impl Stream<Item = Letter> {
    stream::iter([Letter { id: 1, text: "one".into() }])
}

#[trpc::mutation("letter.send")]
async fn send(input: NewLetter) -> Letter {
    Letter { id: 1, text: input.text }
}

#[trpc::subscription("letter.arrivals")]
async fn arrivals() -> impl Stream<Item = trpc::Tracked<Letter>> {
    stream::iter([trpc::tracked(1, Letter { id: 1, text: "one".into() })])
}

#[trpc::subscription]
async fn ticks(input: u32) -> impl Stream<Item = u32> {
    stream::iter(0..input)
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let file = std::env::var("TYPES_FILE").unwrap_or_default();
    Start::new().trpc("/api/trpc").write_types(file).serve().await
}
