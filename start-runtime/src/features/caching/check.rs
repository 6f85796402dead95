use super::{CacheControl, Version};
use crate::event::{APIEvent, StagedResponse};
use crate::response::{Problem, Response, Verdict};

/// Conditional requests.
impl APIEvent {
    /// Checks the conditions of a request against the version that a resource has now, or `None` if there is no such
    /// resource: If-Match, If-Unmodified-Since, If-None-Match (RFC 9110, section 13.2.2). If-Match compares strongly.
    ///
    /// Check where you change: while you hold the lock, or in the transaction, so that of two clients that have seen the
    /// same version one wins. A request without conditions passes; to insist on one, answer 428 if
    /// `event.request.header("if-match")` is `None`.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use start_runtime::{Version, Versioned, prelude::*};
    ///
    /// #[derive(Clone, serde::Serialize, start_runtime::schemars::JsonSchema)]
    /// # #[schemars(crate = "start_runtime::schemars")]
    /// struct Note {
    ///     text: String,
    ///     rev: u64,
    /// }
    ///
    /// #[api_route("/api/note")]
    /// mod note {
    ///     use super::*;
    ///
    ///     async fn GET(note: Data<Mutex<Note>>) -> Versioned<Note> {
    ///         let note = note.lock().unwrap().clone();
    ///         let version = Version::new(note.rev);
    ///         Versioned(note, version)
    ///     }
    ///
    ///     async fn PUT(event: APIEvent, note: Data<Mutex<Note>>, Json(text): Json<String>) -> Result<Versioned<Note>, Problem> {
    ///         let mut note = note.lock().unwrap();
    ///         event.check(&Version::new(note.rev))?;
    ///         *note = Note { text, rev: note.rev + 1 };
    ///         Ok(Versioned(note.clone(), Version::new(note.rev)))
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// Returns a 412 if a condition is not met. For GET and HEAD, a client that has this version already is no error:
    /// [`Versioned`](super::Versioned) answers it with 304.
    pub fn check<'v>(&self, now: impl Into<Option<&'v Version>>) -> Result<(), Problem> {
        let http = self.request.http();
        let is_met = match now.into() {
            Some(version) => version.judge(http) != Verdict::Failed,
            // Of a resource that is not there, only its absence can be expected.
            None => !http.headers().contains_key("if-match"),
        };
        if is_met { Ok(()) } else { Err(failed()) }
    }
}

/// A 412.
pub fn failed() -> Problem {
    Problem::new(412).with_detail("the resource is in another state than the request expects")
}

/// Caches.
impl Response {
    /// Sets Cache-Control: who may keep the answer, and for how long.
    ///
    /// ```
    /// use std::time::Duration;
    /// use start_runtime::{CacheControl, Response};
    ///
    /// let response = Response::new("hoot").cache_control(CacheControl::public().max_age(Duration::from_secs(60)));
    /// assert_eq!(response.headers().get("cache-control").unwrap(), "public, max-age=60");
    /// ```
    #[must_use]
    pub fn cache_control(self, value: CacheControl) -> Self {
        self.header("cache-control", value.to_string())
    }
}

/// Caches.
impl StagedResponse {
    /// Sets Cache-Control of the answer, whatever the handler returns.
    pub fn cache_control(&self, value: CacheControl) {
        self.set_header("cache-control", value.to_string());
    }
}
