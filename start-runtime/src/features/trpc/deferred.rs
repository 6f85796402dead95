//! Properties of an answer that arrive later.
//!
//! While a value is written as JSON, each such property leaves itself in the scope of its thread and writes a mark in its
//! place. Who sends the answer finds the marks; nobody can guess one.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use futures_core::Stream;
use futures_util::StreamExt as _;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::{Error as _, Serialize, Serializer};

use super::error::Error;
use super::maybe::marked;
use super::superjson;
use crate::describe::{DEFERRED, STREAMED};
use crate::kernel::{Later, Produced, ProducedItem, ProducedValue, Transformer};
use crate::response::{Problem, to_json};

thread_local! {
    /// The value that is being written.
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// A value that is being written.
struct Scope {
    /// What it has left so far.
    later: Vec<(String, Later)>,
    transformer: Option<Transformer>,
}

/// Writes a value as JSON, with what arrives later beside it, and what a transformer says of it.
pub fn produce<T: Serialize + ?Sized>(value: &T, transformer: Option<Transformer>) -> Result<ProducedValue, Problem> {
    let outer = SCOPE.replace(Some(Scope { later: Vec::new(), transformer }));
    let written = match transformer {
        None => to_json(value).map(|json| (json, None)).map_err(|error| error.to_string()),
        Some(Transformer::Superjson) => {
            let mut json = Vec::new();
            let marks = superjson::write(&mut json, value);
            marks.map(|marks| (json.into(), marks.map(Box::new))).map_err(|error| error.to_string())
        }
    };
    let later = SCOPE.replace(outer).map(|scope| scope.later).unwrap_or_default();
    let (json, marks) = written.map_err(|error| {
        Problem::internal(format!("{} does not serialize to JSON: {error}", std::any::type_name::<T>()))
    })?;
    Ok(ProducedValue { json, marks, later })
}

/// The transformer of the value that is being written.
fn transformer() -> Option<Transformer> {
    SCOPE.with_borrow(|scope| scope.as_ref()?.transformer)
}

/// Leaves what arrives later, and writes its mark.
fn leave<S: Serializer>(later: Option<Later>, serializer: S) -> Result<S::Ok, S::Error> {
    static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("start"));
    let later = later.ok_or_else(|| S::Error::custom("it was sent already: what arrives later is sent once"))?;
    let mark = SCOPE.with_borrow_mut(|scope| {
        let scope = scope.as_mut()?;
        let mark = format!("\0start:{:016x}:{}", *SECRET, scope.later.len());
        scope.later.push((mark.clone(), later));
        Some(mark)
    });
    let mark = mark.ok_or_else(|| S::Error::custom("only a procedure of tRPC can send what arrives later"))?;
    serializer.serialize_str(&mark)
}

/// A property of an answer that arrives later: a `Promise<T>` for clients with `httpBatchStreamLink`. All others are
/// answered with `UNSUPPORTED_MEDIA_TYPE`.
///
/// It stands directly in the value that a procedure returns, in one that a stream yields, or in a deferred one: nothing
/// deeper inside can be deferred.
///
/// ```
/// use start_runtime::{schemars::JsonSchema, trpc};
///
/// #[derive(serde::Serialize, JsonSchema)]
/// struct Post {
///     title: &'static str,
///     comments: trpc::Deferred<Vec<String>>,
/// }
///
/// #[trpc::query]
/// async fn post() -> Post {
///     Post { title: "Owls", comments: trpc::Deferred::new(async { vec!["Nice".to_owned()] }) }
/// }
/// # fn main() {}
/// ```
pub struct Deferred<T>(RefCell<Option<Promise<T>>>);

type Promise<T> = futures_core::future::LocalBoxFuture<'static, Result<T, Error>>;

impl<T: 'static> Deferred<T> {
    /// The value of a future, which runs while the answer is sent.
    pub fn new(value: impl Future<Output = T> + 'static) -> Self {
        Self(RefCell::new(Some(Box::pin(async { Ok(value.await) }))))
    }

    /// The same for one that may fail.
    pub fn fallible<E: Into<Error>>(value: impl Future<Output = Result<T, E>> + 'static) -> Self {
        Self(RefCell::new(Some(Box::pin(async { value.await.map_err(Into::into) }))))
    }
}

impl<T: Serialize + 'static> Serialize for Deferred<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let transformer = transformer();
        let later = self.0.take().map(|promise| {
            let value = async move { Ok(produce(&promise.await.map_err(Problem::from)?, transformer)?.into()) };
            Later::Promise(Box::pin(value))
        });
        leave(later, serializer)
    }
}

impl<T> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deferred")
    }
}

/// A property of an answer that is a stream: an `AsyncIterable<T>` for clients with `httpBatchStreamLink`, like
/// [`Deferred`].
pub struct Streamed<T>(RefCell<Option<Values<T>>>);

type Values<T> = futures_core::stream::LocalBoxStream<'static, Result<T, Error>>;

impl<T: 'static> Streamed<T> {
    /// The values of a stream, which runs while the answer is sent.
    pub fn new(values: impl Stream<Item = T> + 'static) -> Self {
        Self(RefCell::new(Some(Box::pin(values.map(Ok)))))
    }

    /// The same for one that may fail: it ends there.
    pub fn fallible<E: Into<Error>>(values: impl Stream<Item = Result<T, E>> + 'static) -> Self {
        Self(RefCell::new(Some(Box::pin(values.map(|value| value.map_err(Into::into))))))
    }
}

impl<T: Serialize + 'static> Serialize for Streamed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let transformer = transformer();
        let item = move |value: Result<T, Error>| {
            let value = Produced::from(produce(&value.map_err(Problem::from)?, transformer)?);
            Ok(ProducedItem { id: None, value })
        };
        let later = self.0.take().map(|values| Later::Iterable(Box::pin(values.map(item))));
        leave(later, serializer)
    }
}

impl<T> fmt::Debug for Streamed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streamed")
    }
}

macro_rules! schemas {
    ($($ty:ident $mark:ident;)*) => {$(
        /// The schema of what arrives, marked.
        impl<T: JsonSchema> JsonSchema for $ty<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                format!("{}{}", stringify!($ty), T::schema_name()).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                marked(generator.subschema_for::<T>(), $mark)
            }
        }
    )*};
}

schemas! {
    Deferred DEFERRED;
    Streamed STREAMED;
}
