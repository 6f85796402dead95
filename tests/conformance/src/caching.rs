//! Conditional requests: `clients/middleware/caching.mjs`.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{CacheControl, Query, Version, Versioned, prelude::*};

/// Text of 64 KiB, however it is written as JSON.
const MOST: usize = 64 * 1024;

/// The document, and when it was stored.
static KEPT: LazyLock<Mutex<(Document, SystemTime)>> = LazyLock::new(|| {
    let first = Document { text: "first".to_owned(), rev: 1 };
    Mutex::new((first, SystemTime::now()))
});

#[derive(Clone, Serialize, JsonSchema)]
struct Document {
    text: String,
    rev: u64,
}

#[derive(Deserialize, JsonSchema)]
struct NewText {
    text: String,
}

fn version((document, stored): &(Document, SystemTime)) -> Version {
    Version::new(document.rev).last_modified(*stored)
}

/// One document in memory.
#[api_route("/mw/doc")]
mod document {
    use super::*;

    async fn GET(event: APIEvent) -> Versioned<Document> {
        event.response.cache_control(CacheControl::no_cache());
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        Versioned(kept.0.clone(), version(&kept))
    }

    /// Check and change are one step: the lock is held for both.
    #[api_route(responses(422 = "The text is too long"))]
    async fn PUT(event: APIEvent, Json(new): Json<NewText>) -> Result<Versioned<Document>, Problem> {
        if new.text.len() > MOST {
            return Err(Problem::unprocessable("the text has more than 64 KiB"));
        }
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        event.check(&version(&kept))?;
        *kept = (Document { text: new.text, rev: kept.0.rev + 1 }, SystemTime::now());
        Ok(Versioned(kept.0.clone(), version(&kept)))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    #[serde(default)]
    v: i64,
}

#[derive(Serialize, JsonSchema)]
struct Numbers {
    v: i64,
    list: Vec<u32>,
}

/// The server makes its ETag.
#[api_route(GET, "/mw/etag-auto")]
async fn automatic(event: APIEvent, Query(Asked { v }): Query<Asked>) -> Numbers {
    event.response.cache_control(CacheControl::public().max_age(Duration::from_secs(60)));
    Numbers { v, list: (0..50).collect() }
}
