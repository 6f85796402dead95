//! Mistakes of a first hour that only a running program can tell. The variable MISTAKE chooses how it is started.

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use start_runtime::prelude::*;

struct Owls(u32);
struct Cats(u32);

#[derive(serde::Serialize, JsonSchema)]
struct Spell {
    name: String,
}

#[derive(serde::Serialize)]
struct Unknown {
    name: String,
}

#[derive(serde::Deserialize, JsonSchema)]
struct Page {
    limit: u32,
}

#[api_route("/api/owls")]
async fn GET(owls: Data<Owls>, cats: Option<Data<Cats>>) -> u32 {
    owls.0 + cats.map_or(0, |cats| cats.0)
}

/// Blocks for longer than a worker may wait.
#[api_route(GET, "/api/slow")]
async fn slow() -> &'static str {
    sleep(Duration::from_millis(400));
    "slow"
}

/// Has no page of the same path.
#[api_route(GET, "/api/nothing")]
async fn nothing() {}

#[api_route(GET, "/about")]
async fn about() {}

#[page_route("/about")]
async fn about_page() -> &'static str {
    "about"
}

#[page_route("/spells")]
async fn spells() -> Vec<Spell> {
    Vec::new()
}

#[api_route(GET, "/api/unknown")]
async fn unknown() -> Unknown {
    Unknown { name: String::new() }
}

#[api_route(POST, "/api/pages")]
async fn pages(page: Option<Json<Page>>) -> u32 {
    page.map_or(0, |page| page.limit)
}

#[api_route(GET, "/api/numbers/[[number]]")]
async fn numbers(number: Option<u8>) -> u8 {
    number.unwrap_or_default()
}

#[api_route(GET, "/openapi.json")]
async fn document() -> &'static str {
    "mine"
}

fn main() -> std::io::Result<()> {
    let start = Start::new();
    let tokio = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match std::env::var("MISTAKE").unwrap_or_default().as_str() {
        "twice" => start.data(Owls(1)).data(Cats(1)).data(Owls(2)).run(),
        "arc" => start.data(Arc::new(Owls(1))).run(),
        "data" => start.data(Data::new(Owls(1))).run(),
        "tokio" => tokio()?.block_on(start.data(Owls(1)).serve()),
        "run inside" => tokio()?.block_on(async { start_runtime::run() }),
        "run inside of actix" => actix(async { start.data(Owls(1)).run() }),
        "host" => start.data(Owls(1)).host("http://localhost:8080").run(),
        _ => start.data(Owls(1)).host("localhost").port(1).run(),
    }
}

fn actix<T>(future: impl Future<Output = T>) -> T {
    start_runtime::actix_web::rt::System::new().block_on(future)
}
