//! A value of a subscription with an id.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A value of a subscription, with an id by which a client that connects again says what it has seen: the id arrives as
/// `lastEventId` in the input. [`tracked`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked<T> {
    /// Not empty, and without NUL, CR and LF.
    pub id: String,
    /// The value.
    pub data: T,
}

/// A value with an id: `tracked(post.id, post)`. An id that is empty, or has a NUL, a CR or an LF, ends the subscription
/// with an `INTERNAL_SERVER_ERROR`, and the log says why.
///
/// ```
/// use futures_util::{Stream, StreamExt, stream};
/// use start_runtime::{schemars::JsonSchema, trpc};
///
/// #[derive(serde::Deserialize, JsonSchema)]
/// #[serde(rename_all = "camelCase")]
/// struct Since {
///     last_event_id: Option<String>,
/// }
///
/// #[trpc::subscription]
/// async fn ticks(input: Option<Since>) -> impl Stream<Item = trpc::Tracked<u64>> {
///     let last = input.and_then(|since| since.last_event_id?.parse().ok()).unwrap_or(0);
///     stream::iter(last + 1..=100).map(|tick| trpc::tracked(tick, tick))
/// }
/// # fn main() {}
/// ```
#[allow(clippy::needless_pass_by_value, reason = "so that no caller has to write a reference")]
pub fn tracked<T>(id: impl ToString, data: T) -> Tracked<T> {
    Tracked { id: id.to_string(), data }
}

/// What a client gets: `{ id, data }`.
impl<T: JsonSchema> JsonSchema for Tracked<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Tracked{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let data = generator.subschema_for::<T>();
        schemars::json_schema!({
            "type": "object",
            "properties": { "id": { "type": "string" }, "data": data },
            "required": ["id", "data"],
        })
    }
}

/// Why a text cannot be an id, if it cannot.
pub fn fault(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        return Some("is empty");
    }
    id.contains(['\0', '\r', '\n']).then_some("has a NUL or a line break")
}
