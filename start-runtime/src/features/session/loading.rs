//! From the cookies of a request to its session.

use std::time::SystemTime;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use cookie::Cookie;

use super::opened::Opened;
use super::record::SessionRecord;
use super::store::StoreError;
use crate::http::cookies::pairs;

/// How many cookies of the name are tried: a page on a sibling host can set one more, and none of its own must hide ours.
const TRIED: usize = 4;

/// h3 cuts a long seal into cookies of their own, and this stands where it was, before their number.
const CHUNKED: &str = "__chunked__";

/// How many pieces h3 makes at most.
const MOST_CHUNKS: usize = 100;

/// What a request has brought.
#[derive(Default)]
pub struct Brought {
    /// The session, if one of the cookies opened, and it is not over.
    pub record: Option<SessionRecord>,
    /// Whether there was a cookie of the name, good or bad.
    pub has_cookie: bool,
    /// Whether the session was sealed in a format that is given up.
    pub is_foreign: bool,
    /// Whether the store has it.
    pub is_in_store: bool,
    /// The cookies that held the rest of a long seal.
    pub chunks: Vec<String>,
}

impl Opened {
    /// Finds the session of a request.
    pub async fn load(&self, http: &HttpRequest) -> Result<Brought, StoreError> {
        let name = self.config.cookie.as_str();
        let values: Vec<String> = pairs(http.headers())
            .filter(|cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
            .collect();
        let mut brought = Brought { has_cookie: !values.is_empty(), ..Brought::default() };
        for value in values.iter().take(TRIED) {
            let (record, is_foreign, is_in_store) = match self.config.iron.is_read() {
                true => {
                    let (value, chunks) = whole(name, value, http.headers());
                    brought.chunks = chunks;
                    match self.config.iron.open(&value, self.config.max_age, self.config.idle_timeout).await {
                        Some(record) => (Some(record), !self.config.iron.is_written(), false),
                        None => (self.store.load(&value).await?, self.config.iron.is_written(), true),
                    }
                }
                false => (self.store.load(value).await?, false, true),
            };
            let now = SystemTime::now();
            let lasts = |record: &SessionRecord| record.lasts(self.config.max_age, self.config.idle_timeout, now);
            if let Some(record) = record.filter(|record| lasts(record).is_some()) {
                brought.record = Some(record);
                brought.is_foreign = is_foreign;
                brought.is_in_store = is_in_store;
                break;
            }
        }
        Ok(brought)
    }
}

/// A value with all its pieces, and the names of the cookies that these are in.
fn whole(name: &str, value: &str, headers: &HeaderMap) -> (String, Vec<String>) {
    let count = value.strip_prefix(CHUNKED).and_then(|count| count.parse().ok()).filter(|count| *count <= MOST_CHUNKS);
    let Some(count) = count else { return (value.to_owned(), Vec::new()) };
    let names: Vec<String> = (1..=count).map(|number| format!("{name}.{number}")).collect();
    let sent: Vec<Cookie<'_>> = pairs(headers).collect();
    let piece = |name: &String| sent.iter().find(|cookie| cookie.name() == name).map(Cookie::value);
    let whole: Option<String> = names.iter().map(piece).collect();
    (whole.unwrap_or_default(), names)
}
