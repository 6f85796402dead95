//! Calls of procedures by the program itself.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call;
use super::error::Error;
use super::table::{Table, Takes};
use crate::event::APIEvent;
use crate::kernel::{Call, Produced, RawInput};
use crate::response::to_json;

/// How many calls of one request may be under way inside of others.
const MOST_NESTED: usize = 256;

/// With the feature `trpc`.
impl APIEvent {
    /// Calls a procedure of the program through its guards and middleware, as if this request had asked for it: a
    /// procedure without input takes `()`. What guards have found for this request, they find for the call.
    ///
    /// ```
    /// use start_runtime::{prelude::*, trpc};
    ///
    /// #[trpc::query("greeting.hello")]
    /// async fn hello(input: String) -> String {
    ///     format!("Hello {input}")
    /// }
    ///
    /// #[api_route("/api/greeting")]
    /// async fn GET(event: APIEvent) -> Result<String, trpc::Error> {
    ///     event.trpc("greeting.hello", "owl").await
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// Returns the error of the procedure, of its guards or of its input; `NOT_FOUND` if there is no such procedure;
    /// `INTERNAL_SERVER_ERROR` if it returns no `T` or a stream, or if 256 calls are under way inside of each other.
    pub async fn trpc<T: DeserializeOwned>(&self, path: &str, input: impl Serialize) -> Result<T, Error> {
        let entry = Table::of(None).get(path);
        let entry = entry.ok_or_else(|| Error::not_found(format!("No procedure found on path \"{path}\"")))?;
        if matches!(entry.takes, Takes::Form | Takes::Bytes) {
            return Err(Error::internal(format!("`{path}` takes a body: only a request has one")));
        }
        let json = to_json(&input).map_err(|error| Error::internal(format!("the input of `{path}`: {error}")))?;
        let input = if json.as_ref() == b"null" { RawInput::Undefined } else { RawInput::Json(json) };
        let call = &self.request.call().with_transformer(None);
        let _nested = Nested::enter(call).ok_or_else(|| {
            Error::internal(format!("`{path}`: {MOST_NESTED} calls are under way inside of each other"))
        })?;
        let json = match call::call(entry, call, input).await? {
            Produced::Undefined => "null".into(),
            Produced::Value(value) if value.later.is_empty() => value.json,
            _ => return Err(Error::internal(format!("`{path}` returns a stream: call its function"))),
        };
        serde_json::from_slice(&json).map_err(|error| Error::internal(format!("what `{path}` returned: {error}")))
    }
}

/// Counts the calls that are under way.
struct Nested(Call);

/// How many there are.
struct Count(usize);

impl Nested {
    fn enter(call: &Call) -> Option<Self> {
        let mut found = call.exchange().found.borrow_mut();
        let Count(count) = found.take().unwrap_or(Count(0));
        found.keep(Count((count + 1).min(MOST_NESTED)));
        (count < MOST_NESTED).then(|| Self(call.clone()))
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        let mut found = self.0.exchange().found.borrow_mut();
        let Count(count) = found.take().unwrap_or(Count(1));
        found.keep(Count(count.saturating_sub(1)));
    }
}
