//! `undefined` beside a value.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};

use super::deferred::produce;
use crate::describe::MAYBE;
use crate::kernel::{Produced, Transformer};
use crate::response::Problem;

/// A value or `undefined`, which is another thing than `null`: as an input, whether the client has sent one; as what a
/// procedure returns, whether the answer has data.
///
/// ```
/// use start_runtime::{serde_json::Value, trpc};
///
/// /// What was sent, or nothing.
/// #[trpc::query]
/// async fn echo(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
///     input
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Maybe<T> {
    /// `undefined`.
    #[default]
    Undefined,
    /// A value.
    Value(T),
}

impl<T> Maybe<T> {
    /// The value, if there is one.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Undefined => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Undefined, Self::Value)
    }
}

impl<T: Serialize> Maybe<T> {
    pub(super) fn produce(&self, transformer: Option<Transformer>) -> Result<Produced, Problem> {
        match self {
            Self::Undefined => Ok(Produced::Undefined),
            Self::Value(value) => Ok(produce(value, transformer)?.into()),
        }
    }
}

/// The name by which a deserializer knows the type.
pub const NAME: &str = "$start::trpc::Maybe";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MaybeVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
            type Value = Maybe<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or undefined")
            }

            fn visit_unit<E>(self) -> Result<Maybe<T>, E> {
                Ok(Maybe::Undefined)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Maybe<T>, D::Error> {
                T::deserialize(deserializer).map(Maybe::Value)
            }
        }

        deserializer.deserialize_newtype_struct(NAME, MaybeVisitor(PhantomData))
    }
}

/// What a type reads from `undefined`: `None`, `()`, or `null`; nothing for most.
pub fn undefined<T: DeserializeOwned>() -> Option<T> {
    T::deserialize(Undefined).ok()
}

struct Undefined;

impl<'de> Deserializer<'de> for Undefined {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == NAME { visitor.visit_unit() } else { visitor.visit_newtype_struct(self) }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The schema of the value, marked.
impl<T: JsonSchema> JsonSchema for Maybe<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Maybe{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        marked(generator.subschema_for::<T>(), MAYBE)
    }
}

/// A schema with a mark.
pub fn marked(value: Schema, mark: &str) -> Schema {
    // Generators of clients refuse `true` inside of `allOf`.
    let mut schema = match value.as_bool() {
        Some(true) => Schema::default(),
        _ => schemars::json_schema!({ "allOf": [value] }),
    };
    schema.insert(mark.to_owned(), true.into());
    schema
}
