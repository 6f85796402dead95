//! What a type asks for, found out before anything is read: a trial reading that never yields a value.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Expected, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::source::{step, steps};

/// What kind of data a type requests.
pub enum Layout {
    /// A struct with these fields.
    Fields(&'static [&'static str]),
    /// A map, or a struct with flattened fields.
    Map,
    Value,
    /// An enum: a name, or one of several structs.
    Anything,
}

/// What a type wants for a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    Text,
    /// A newtype with this name, one that the caller is looking for.
    Named(&'static str),
    /// A struct or a map.
    Members,
    /// The value is kept for a type that is not known yet: a flattened field, a tagged enum.
    Anything,
    /// The type is a map of anything.
    AnyValue,
    /// The type ignores the name.
    Nothing,
    /// The type does not know the name and refuses it.
    Refused,
}

impl Wanted {
    pub fn is_members(self) -> bool {
        self == Self::Members
    }
}

/// Returns what kind of data a `T` requests.
pub fn layout<T: DeserializeOwned>() -> Layout {
    let mut layout = Layout::Value;
    // The result is in `layout`; this deserializer never returns a value.
    drop(T::deserialize(AskLayout(&mut layout)));
    layout
}

/// Returns what a `T` wants for a name. `named` says which newtypes the caller is looking for.
pub fn wanted<T: DeserializeOwned>(name: &str, named: fn(&str) -> bool) -> Wanted {
    let at = |name, rest| {
        let mut wanted = Wanted::Refused;
        drop(T::deserialize(Trial { name, rest, named, wanted: &mut wanted, is_map: false }));
        wanted
    };
    let exact = at(name, "");
    match steps(name) {
        Some((base, rest)) if exact != Wanted::Text && at(base, "").is_members() => at(base, rest),
        _ => exact,
    }
}

fn asked() -> Error {
    Error::custom("it is only asked what is wanted")
}

macro_rules! refuse {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(asked())
        }
    )*};
}

struct AskLayout<'a>(&'a mut Layout);

impl<'de> Deserializer<'de> for AskLayout<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // What serde's own visitors are called.
        let expects = (&visitor as &dyn Expected).to_string();
        *self.0 = if expects.starts_with("internally tagged enum") { Layout::Map } else { Layout::Anything };
        Err(asked())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Layout::Fields(fields);
        Err(asked())
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        *self.0 = Layout::Map;
        Err(asked())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    refuse! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_unit deserialize_seq deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Error> {
        Err(asked())
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(asked())
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, _: V) -> Result<V::Value, Error> {
        Err(asked())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Layout::Anything;
        Err(asked())
    }
}

/// A type with only this name.
struct Trial<'a> {
    name: &'a str,
    /// Steps to a member of the name.
    rest: &'a str,
    named: fn(&str) -> bool,
    wanted: &'a mut Wanted,
    /// Whether the name was read as the key of a map, not as a field.
    is_map: bool,
}

impl<'de> Deserializer<'de> for Trial<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    /// A list of names and values accepts every name.
    fn deserialize_seq<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        *self.wanted = Wanted::Anything;
        Err(asked())
    }

    /// The names are those of the variants.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.wanted = if variants.contains(&self.name) { Wanted::Members } else { Wanted::Nothing };
        Err(asked())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Trial<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        seed.deserialize(TrialKey { name: self.name, is_map: &mut self.is_map }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = TrialValue { rest: self.rest, named: self.named, wanted: self.wanted, depth: 0, in_list: false };
        let value = seed.deserialize(value);
        if self.is_map && *self.wanted == Wanted::Anything {
            *self.wanted = Wanted::AnyValue;
        }
        value
    }
}

/// The name itself.
struct TrialKey<'a> {
    name: &'a str,
    is_map: &'a mut bool,
}

impl<'de> Deserializer<'de> for TrialKey<'_> {
    type Error = Error;

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.name)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.is_map = true;
        visitor.visit_str(self.name)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: Names,
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.is_map = true;
        StrDeserializer::new(self.name).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

/// The value of the name.
struct TrialValue<'a> {
    rest: &'a str,
    named: fn(&str) -> bool,
    wanted: &'a mut Wanted,
    /// Guards against types that contain themselves without limit.
    depth: u8,
    in_list: bool,
}

type Names = &'static [&'static str];

impl<'a> TrialValue<'a> {
    fn is<T>(self, wanted: Wanted) -> Result<T, Error> {
        *self.wanted = wanted;
        Err(asked())
    }

    fn deeper(self) -> Result<TrialValue<'a>, Error> {
        const DEEPEST: u8 = 16;
        if self.depth < DEEPEST { Ok(Self { depth: self.depth + 1, ..self }) } else { self.is(Wanted::Text) }
    }

    fn members<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match step(self.rest) {
            _ if self.in_list => self.is(Wanted::Text),
            None => self.is(Wanted::Members),
            Some((name, rest)) => {
                visitor.visit_map(Trial { name, rest, named: self.named, wanted: self.wanted, is_map: false })
            }
        }
    }
}

macro_rules! text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.is(Wanted::Text)
        }
    )*};
}

impl<'de> Deserializer<'de> for TrialValue<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.is(Wanted::Anything)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.is(Wanted::Nothing)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if (self.named)(name) { self.is(Wanted::Named(name)) } else { visitor.visit_newtype_struct(self.deeper()?) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self.deeper()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // A list of structs has no names for its members.
        visitor.visit_seq(Elements(Some(TrialValue { in_list: true, ..self.deeper()? })))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: Names, visitor: V) -> Result<V::Value, Error> {
        self.members(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: Names, _: V) -> Result<V::Value, Error> {
        self.is(Wanted::Text)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Error> {
        self.is(Wanted::Text)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, _: V) -> Result<V::Value, Error> {
        self.is(Wanted::Text)
    }

    text! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_unit deserialize_identifier
    }
}

/// A list with one value.
struct Elements<'a>(Option<TrialValue<'a>>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.take().map(|value| seed.deserialize(value)).transpose()
    }
}
