//! Types that are values of JavaScript where superjson is spoken: [`Date`], [`BigInt`], [`Map`], [`Set`] and others.
//!
//! Anywhere else each of them is what is in it. A router speaks superjson by `trpc::router!(transformer = superjson)`, and
//! its client by `transformer: superjson` in its link.
//!
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//!
//! use start_runtime::schemars::JsonSchema;
//! use start_runtime::trpc::superjson;
//!
//! #[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
//! struct Owl {
//!     /// A `Date`.
//!     hatched: superjson::Date<String>,
//!     /// A `bigint`.
//!     feathers: superjson::BigInt<u64>,
//!     /// A `Map<number, string>`.
//!     letters: superjson::Map<BTreeMap<u32, String>>,
//!     /// A `Set<string>`.
//!     names: superjson::Set<BTreeSet<String>>,
//! }
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, DerefMut};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::kind::Js;
use crate::describe::JAVASCRIPT;

macro_rules! wrappers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name<T>(pub T);

        impl<T> Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }

        impl<T: Serialize> Serialize for $name<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(Js::$name.name(), &self.0)
            }
        }

        impl<'de, T: Deserialize<'de>> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::deserialize(deserializer).map(Self)
            }
        }
    )*};
}

wrappers! {
    /// A `Date`: `T` is a date as text (RFC 3339), such as chrono's `DateTime<Utc>`. JavaScript knows milliseconds.
    Date
    /// A `bigint`: `T` is an integer. Without this, an integer of 64 bits or more is a `number` if that is exact, and a
    /// `bigint` if it is not.
    BigInt
    /// A `Map`: `T` is a [`HashMap`] or a [`BTreeMap`], with keys of any type.
    Map
    /// A `Set`: `T` is a `HashSet`, a `BTreeSet`, or a list of what is different.
    Set
    /// A `URL`: `T` is one as text.
    Url
    /// A `RegExp`: `T` is one as text, `/owl/gi`. Its syntax is that of JavaScript.
    RegExp
    /// An `Uint8Array`: `T` is a list of bytes.
    Uint8Array
}

macro_rules! schemas {
    ($($name:ident)*) => {$(
        /// The schema of what is in it, marked.
        impl<T: JsonSchema> JsonSchema for $name<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                format!("{}{}", stringify!($name), T::schema_name()).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                marked(generator.subschema_for::<T>(), stringify!($name).into())
            }
        }
    )*};
}

schemas!(Date BigInt Set Url RegExp Uint8Array);

fn marked(schema: Schema, mark: Value) -> Schema {
    let mut whole = schemars::json_schema!({ "allOf": [schema] });
    whole.insert(JAVASCRIPT.to_owned(), mark);
    whole
}

/// A map, for [`Map`].
pub trait Entries {
    /// The type of the keys.
    type Key;
    /// The type of the values.
    type Value;
}

impl<K, V, S> Entries for HashMap<K, V, S> {
    type Key = K;
    type Value = V;
}

impl<K, V> Entries for BTreeMap<K, V> {
    type Key = K;
    type Value = V;
}

/// The schema of an object, marked, with the schemas of the keys and values of the `Map`.
impl<T: Entries<Key: JsonSchema, Value: JsonSchema>> JsonSchema for Map<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_{}_{}", T::Key::schema_name(), T::Value::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let key = generator.subschema_for::<T::Key>();
        let value = generator.subschema_for::<T::Value>();
        let object = schemars::json_schema!({ "type": "object", "additionalProperties": value });
        marked(object, Value::from(vec![key.to_value(), value.to_value()]))
    }
}
