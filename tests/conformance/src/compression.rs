//! What is compressed, and what is not: `clients/middleware/compression.mjs`.

use std::io::Write as _;
use std::sync::LazyLock;
use std::time::Duration;

use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::web::Bytes;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{CacheControl, Download, Query, Response, prelude::*};
use tokio::time::sleep;

/// 60,000 bytes.
static LINES: LazyLock<Bytes> =
    LazyLock::new(|| (0..5000).map(|line| format!("line {line:06}\n")).collect::<String>().into());

/// The lines, packed by hand.
static PACKED: LazyLock<Bytes> = LazyLock::new(|| {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    let written = encoder.write_all(&LINES);
    written.and_then(|()| encoder.finish()).map(Bytes::from).unwrap_or_default()
});

#[derive(Serialize, JsonSchema)]
struct Big {
    items: Vec<Item>,
}

#[derive(Serialize, JsonSchema)]
struct Item {
    id: u32,
    name: String,
    text: String,
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// `1`: as it is.
    notransform: Option<String>,
}

#[api_route(GET, "/mw/big")]
async fn big(event: APIEvent, Query(asked): Query<Asked>) -> Big {
    if asked.notransform.as_deref() == Some("1") {
        event.response.cache_control(CacheControl::no_cache().no_transform());
    }
    let item =
        |id| Item { id, name: format!("item {id}"), text: format!("{id} is one of a thousand items. ").repeat(3) };
    Big { items: (0..1000).map(item).collect() }
}

#[derive(Serialize, JsonSchema)]
struct Small {
    ok: bool,
}

#[api_route(GET, "/mw/small")]
async fn small() -> Small {
    Small { ok: true }
}

#[api_route(GET, "/mw/image")]
async fn image() -> Response {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.resize(20_000, 7);
    Response::new(image).content_type("image/png")
}

#[api_route(GET, "/mw/pre")]
async fn packed() -> Response {
    Response::new(PACKED.clone()).content_type("text/plain").header("content-encoding", "gzip")
}

#[api_route(GET, "/mw/file")]
async fn file() -> Download {
    Download::bytes(LINES.clone()).content_type("text/plain").inline()
}

/// Three events, 200 ms apart.
#[api_route(GET, "/mw/events")]
async fn events() -> Response {
    let events = futures_util::stream::unfold(1, |number| async move {
        if number > 3 {
            return None;
        }
        if number > 1 {
            sleep(Duration::from_millis(200)).await;
        }
        Some((Ok::<_, std::io::Error>(Bytes::from(format!("data: {number}\n\n"))), number + 1))
    });
    Response::stream(events).content_type("text/event-stream").cache_control(CacheControl::no_cache())
}
