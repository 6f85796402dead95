//! Decodes headers and cookies: one value, named by the argument, or a struct with a field for each.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::bad_params::MISSING;
use super::urlencoded;
use super::{BadParam, BadParams};
use crate::http::ParamPlace;

/// Named values of a request, such as its headers.
pub trait NamedValues {
    const PLACE: ParamPlace;
    /// The name on the wire that belongs to a name in Rust.
    fn wire_name(name: &str) -> String;
    /// All values with this name.
    fn values(&self, wire_name: &str) -> Vec<String>;
    /// All names and values, under their names in Rust.
    fn all(&self) -> Vec<(String, String)>;
}

/// Reads a `T`. `name` is the name of the handler's argument.
pub fn read<T: DeserializeOwned>(source: &impl NamedValues, name: &str, bad: &mut BadParams) -> Option<T> {
    read_from(source, name, bad)
}

fn read_from<S: NamedValues, T: DeserializeOwned>(source: &S, name: &str, bad: &mut BadParams) -> Option<T> {
    match layout::<T>() {
        Layout::Fields(fields) => {
            let pair = |field: &&str| {
                source
                    .values(&S::wire_name(field))
                    .into_iter()
                    .map(|value| ((*field).to_owned(), value))
                    .collect::<Vec<_>>()
            };
            urlencoded::from_pairs(&fields.iter().flat_map(pair).collect::<Vec<_>>(), S::PLACE, bad)
        }
        Layout::Map => urlencoded::from_pairs(&source.all(), S::PLACE, bad),
        Layout::Value => {
            let wire_name = S::wire_name(name);
            let pairs: Vec<_> = source.values(&wire_name).into_iter().map(|value| (wire_name.clone(), value)).collect();
            let mut inner = BadParams::new();
            let value = urlencoded::from_pairs::<One<T>>(&pairs, S::PLACE, &mut inner);
            if value.is_none() {
                let found = pairs.first().map(|(_, value)| value.clone());
                let detail = match found {
                    Some(_) => inner.first_detail(),
                    None if name.is_empty() => "give the argument a name: it is the name that is looked for".to_owned(),
                    None => MISSING.to_owned(),
                };
                bad.push(BadParam {
                    place: S::PLACE,
                    name: wire_name,
                    value: found,
                    expected: Some(std::any::type_name::<T>().rsplit("::").next().unwrap_or_default().to_owned()),
                    detail,
                });
            }
            value.map(|One(value)| value)
        }
    }
}

/// The value of the first pair; if there is none, the value of a missing parameter.
struct One<T>(T);

impl<'de, T: DeserializeOwned> de::Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for OneVisitor<T> {
            type Value = One<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<One<T>, A::Error> {
                match map.next_key::<String>()? {
                    Some(_) => map.next_value().map(One),
                    None => T::deserialize(Nothing(std::marker::PhantomData)).map(One),
                }
            }
        }
        deserializer.deserialize_map(OneVisitor(std::marker::PhantomData))
    }
}

/// The deserializer of a missing value: an `Option` is `None`, a sequence is empty, and anything else is an error.
struct Nothing<E>(std::marker::PhantomData<E>);

impl<'de, E: de::Error> Deserializer<'de> for Nothing<E> {
    type Error = E;
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::custom(MISSING))
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_seq(de::value::SeqDeserializer::<_, E>::new(std::iter::empty::<String>()))
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What kind of data a type requests from its deserializer.
enum Layout {
    Fields(&'static [&'static str]),
    Map,
    Value,
}

fn layout<T: DeserializeOwned>() -> Layout {
    let mut layout = Layout::Value;
    // The result is in `layout`; this deserializer never returns a value.
    drop(T::deserialize(AskLayout(&mut layout)));
    layout
}

struct AskLayout<'a>(&'a mut Layout);

impl<'de> Deserializer<'de> for AskLayout<'_> {
    type Error = de::value::Error;
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("only the layout is asked for"))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = Layout::Fields(fields);
        self.deserialize_any(visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        *self.0 = Layout::Map;
        self.deserialize_any(visitor)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct enum identifier ignored_any
    }
}
