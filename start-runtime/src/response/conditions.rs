//! Conditional requests (RFC 9110, section 13): what a client already has decides what it is sent.

use std::hash::BuildHasher as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, EntityTag, HeaderName, HttpDate};
use foldhash::quality::FixedState;

use super::etags::{self, EntityTags};
use super::range::{Meaning, meaning};

/// What tells one state of a representation from another.
#[derive(Debug, Default)]
pub struct Validators {
    pub etag: Option<EntityTag>,
    pub last_modified: Option<SystemTime>,
}

/// What a client is sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Full,
    /// The bytes from `first` to `last`: 206.
    Part {
        first: u64,
        last: u64,
    },
    /// 304.
    NotModified,
    /// 412.
    Failed,
    /// 416.
    Unsatisfiable,
}

impl Validators {
    /// Evaluates the conditions of a request in the order of section 13.2.2.
    pub fn judge(&self, http: &HttpRequest, size: u64) -> Verdict {
        let reads = matches!(*http.method(), Method::GET | Method::HEAD);
        if let Some(condition) = etags::read(http.headers(), &header::IF_MATCH) {
            if !self.is_one_of(&condition) {
                return Verdict::Failed;
            }
        } else if date(http, &header::IF_UNMODIFIED_SINCE).is_some_and(|date| self.is_newer_than(date)) {
            return Verdict::Failed;
        }
        if let Some(condition) = etags::read(http.headers(), &header::IF_NONE_MATCH) {
            if self.is_none_of(&condition) {
                return self.range(http, size);
            }
            return if reads { Verdict::NotModified } else { Verdict::Failed };
        }
        if reads && self.is_unmodified(http) { Verdict::NotModified } else { self.range(http, size) }
    }

    /// The same for a request to GET or HEAD of which the conditions of a change were judged before: 304, or not.
    #[allow(dead_code, reason = "capabilities ask")]
    pub fn judge_reading(&self, http: &HttpRequest) -> Verdict {
        let is_known = match etags::read(http.headers(), &header::IF_NONE_MATCH) {
            Some(condition) => !self.is_none_of(&condition),
            None => self.is_unmodified(http),
        };
        if is_known { Verdict::NotModified } else { Verdict::Full }
    }

    /// If-Modified-Since: whether the client has what there is now (section 13.1.3).
    fn is_unmodified(&self, http: &HttpRequest) -> bool {
        self.last_modified.is_some()
            && date(http, &header::IF_MODIFIED_SINCE).is_some_and(|date| !self.is_newer_than(date))
    }

    /// Ranges are for GET alone (section 14.2).
    fn range(&self, http: &HttpRequest, size: u64) -> Verdict {
        let headers = http.headers();
        if *http.method() != Method::GET || !headers.contains_key(header::RANGE) || !self.is_unchanged(http) {
            return Verdict::Full;
        }
        match meaning(headers, size) {
            Meaning::Ignored => Verdict::Full,
            Meaning::Part { first, last } => Verdict::Part { first, last },
            Meaning::Unsatisfiable => Verdict::Unsatisfiable,
        }
    }

    /// If-Range: whether the client has a part of what there is now (section 13.1.5).
    fn is_unchanged(&self, http: &HttpRequest) -> bool {
        if !http.headers().contains_key(header::IF_RANGE) {
            return true;
        }
        match etags::only(http.headers(), &header::IF_RANGE) {
            Some(tag) => self.etag.as_ref().is_some_and(|etag| etags::strong_eq(etag, tag)),
            None => date(http, &header::IF_RANGE)
                .is_some_and(|date| self.last_modified.is_some_and(|time| seconds(time) == seconds(date))),
        }
    }

    fn is_one_of(&self, condition: &EntityTags<'_>) -> bool {
        match condition {
            EntityTags::Any => true,
            EntityTags::These(tags) => {
                self.etag.as_ref().is_some_and(|etag| tags.iter().any(|tag| etags::strong_eq(etag, tag)))
            }
        }
    }

    fn is_none_of(&self, condition: &EntityTags<'_>) -> bool {
        match condition {
            EntityTags::Any => false,
            EntityTags::These(tags) => {
                !self.etag.as_ref().is_some_and(|etag| tags.iter().any(|tag| etags::weak_eq(etag, tag)))
            }
        }
    }

    fn is_newer_than(&self, date: SystemTime) -> bool {
        self.last_modified.is_some_and(|time| seconds(time) > seconds(date))
    }
}

/// A strong ETag that is a hash of these bytes.
pub fn etag_of(bytes: &[u8]) -> EntityTag {
    // Only the seeds differ. Two bodies of one address never share an ETag by chance.
    let half = |seed: u64| FixedState::with_seed(seed).hash_one(bytes);
    EntityTag::new_strong(format!("{:x}-{:016x}{:016x}", bytes.len(), half(1), half(2)))
}

/// A date of a condition; `None` if it is not there, or if it is no date of HTTP (section 5.6.7).
fn date(http: &HttpRequest, name: &HeaderName) -> Option<SystemTime> {
    let date: HttpDate = http.headers().get(name)?.to_str().ok()?.parse().ok()?;
    Some(date.into())
}

/// Dates of HTTP have no fractions of a second.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
