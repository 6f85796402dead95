//! Finds out what the fields of a form are before any of them is read: a trial deserialization of the type, one name at
//! a time.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::placeholder;

/// How a type treats a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    Text,
    /// A file of at most this many bytes.
    File(u64),
    /// The type accepts text or a file: a flattened field, a map.
    Any,
    /// The type ignores the field.
    Nothing,
    /// The type does not know the field and refuses it.
    Refused,
}

/// Returns how a `T` treats the field with this name.
pub fn kind_of<T: DeserializeOwned>(name: &str) -> FieldKind {
    let mut kind = FieldKind::Refused;
    // The result is in `kind`; this deserializer never returns a value.
    drop(T::deserialize(Form { name, kind: &mut kind }));
    kind
}

fn asked() -> Error {
    Error::custom("it is only asked what is wanted")
}

/// A form with only this field.
struct Form<'a> {
    name: &'a str,
    kind: &'a mut FieldKind,
}

impl<'de> Deserializer<'de> for Form<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// A list of names and values accepts every field.
    fn deserialize_seq<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        *self.kind = FieldKind::Any;
        Err(asked())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Form<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Value { kind: self.kind, depth: 0 })
    }
}

/// The value of the field.
struct Value<'a> {
    kind: &'a mut FieldKind,
    /// Guards against types that contain themselves without limit.
    depth: u8,
}

impl<'a> Value<'a> {
    fn is<T>(self, kind: FieldKind) -> Result<T, Error> {
        *self.kind = kind;
        Err(asked())
    }

    fn deeper(self) -> Result<Value<'a>, Error> {
        const DEEPEST: u8 = 16;
        if self.depth < DEEPEST { Ok(Self { depth: self.depth + 1, ..self }) } else { self.is(FieldKind::Text) }
    }
}

type Names = &'static [&'static str];

macro_rules! text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.is(FieldKind::Text)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Any)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Nothing)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match placeholder::limit_in(name) {
            Some(limit) => self.is(FieldKind::File(limit)),
            None => visitor.visit_newtype_struct(self.deeper()?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self.deeper()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Elements(Some(self.deeper()?)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Text)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Text)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: Names, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Text)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: Names, _: V) -> Result<V::Value, Error> {
        self.is(FieldKind::Text)
    }

    text! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_unit deserialize_map deserialize_identifier
    }
}

/// A list with one value.
struct Elements<'a>(Option<Value<'a>>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.take().map(|value| seed.deserialize(value)).transpose()
    }
}
