//! An input as serde reads it: a value of JSON, with what is said of it.
//!
//! A type decides what a marked value is for it: a bigint is a number or a text, a map has keys of any type, a set is a
//! list, and a member that is `undefined` is not there.

use std::cell::Cell;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::map::Iter;
use serde_json::{Error, Value};

use super::marks::{Kind, MOST_LEVELS, Marks, float, member};
use crate::features::trpc::maybe;

/// The largest integer that a float holds exactly, and so do all below it.
const EXACT: i64 = 1 << 53;

/// A whole input.
pub struct Whole<'de> {
    json: &'de Value,
    marks: &'de Marks,
    /// How much may still be repeated, in bytes.
    left: Cell<usize>,
}

impl<'de> Whole<'de> {
    pub fn new(json: &'de Value, marks: &'de Marks, repeated: usize) -> Self {
        Self { json, marks, left: Cell::new(repeated) }
    }

    pub fn reader<'w>(&'w self) -> Reader<'w, 'de> {
        Reader { value: self.json, marks: Some(self.marks), whole: self, level: 0, is_repeated: false }
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
pub struct Reader<'w, 'de> {
    value: &'de Value,
    marks: Option<&'de Marks>,
    whole: &'w Whole<'de>,
    level: usize,
    is_repeated: bool,
}

impl<'w, 'de> Reader<'w, 'de> {
    /// Reads a part of the value.
    fn part(self, name: &str, value: &'de Value) -> Self {
        let marks = self.marks.and_then(|marks| marks.inside.get(name));
        Self { value, marks, level: self.level + 1, ..self }
    }

    /// The value itself, or the one that stands elsewhere and is the same.
    fn found(mut self) -> Result<Self, Error> {
        if self.level > MOST_LEVELS {
            return Err(Error::custom("has too many levels, or contains itself"));
        }
        if let Some(path) = self.marks.and_then(|marks| marks.same.as_ref()) {
            let whole = self.whole.reader();
            let found =
                path.iter().try_fold(whole, |reader, name| Some(reader.part(name, member(reader.value, name)?)));
            let found = found.ok_or_else(|| Error::custom("is the same as what is not there"))?;
            self = Self { level: self.level + 1, is_repeated: true, ..found }.found()?;
        }
        if self.is_repeated {
            let size = 1 + self.value.as_str().map_or(0, str::len);
            let left = self.whole.left.get().checked_sub(size);
            self.whole.left.set(left.ok_or_else(|| Error::custom("is repeated too often: send it once"))?);
        }
        Ok(self)
    }

    fn kind(self) -> Option<Kind> {
        self.marks.and_then(|marks| marks.kind)
    }

    fn text(self) -> &'de str {
        self.value.as_str().unwrap_or_default()
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.text();
        if let Ok(number) = text.parse() {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = text.parse() {
            return visitor.visit_i64(number);
        }
        match (text.parse(), text.parse()) {
            (Ok(number), _) => visitor.visit_i128(number),
            (_, Ok(number)) => visitor.visit_u128(number),
            _ => Err(Error::custom("is a bigint of more than 128 bits")),
        }
    }

    fn float(self) -> f64 {
        float(self.text()).unwrap_or_default()
    }

    fn any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self.kind(), self.value) {
            (Some(Kind::Undefined), _) | (_, Value::Null) => visitor.visit_unit(),
            // What serde reads before it knows the type has no integers of 128 bits.
            (Some(Kind::BigInt), _) if self.text().parse::<u64>().is_ok() || self.text().parse::<i64>().is_ok() => {
                self.integer(visitor)
            }
            (Some(Kind::Number), _) => visitor.visit_f64(self.float()),
            (Some(Kind::Map), _) => self.map(visitor),
            (_, Value::Bool(value)) => visitor.visit_bool(*value),
            (_, Value::Number(number)) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            (_, Value::String(text)) => visitor.visit_borrowed_str(text),
            (_, Value::Array(_)) => self.list(visitor),
            (_, Value::Object(_)) => self.map(visitor),
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Some(items) = self.value.as_array() else { return self.any(visitor) };
        let mut items = Items { whole: self, items, at: 0 };
        let value = visitor.visit_seq(&mut items)?;
        let more = items.items.len() > items.at;
        if more { Err(Error::invalid_length(items.items.len(), &"fewer elements in the list")) } else { Ok(value) }
    }

    fn map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self.kind(), self.value) {
            (Some(Kind::Map), Value::Array(pairs)) => visitor.visit_map(Pairs { whole: self, pairs, at: 0 }),
            (_, Value::Object(members)) => {
                visitor.visit_map(Members { whole: self, members: members.iter(), value: None })
            }
            _ => self.any(visitor),
        }
    }
}

macro_rules! by {
    ($($how:ident: $($method:ident($($argument:ident: $type:ty),*))*;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Error> {
            $(let _ = $argument;)*
            let found = self.found()?;
            by!(@ $how found visitor)
        }
    )*)*};
    (@ any $found:ident $visitor:ident) => { $found.any($visitor) };
    (@ integer $found:ident $visitor:ident) => {
        if $found.kind() == Some(Kind::BigInt) { $found.integer($visitor) } else { $found.any($visitor) }
    };
    (@ text $found:ident $visitor:ident) => {
        if $found.kind() == Some(Kind::BigInt) {
            $visitor.visit_borrowed_str($found.text())
        } else {
            $found.any($visitor)
        }
    };
    (@ list $found:ident $visitor:ident) => { $found.list($visitor) };
    (@ map $found:ident $visitor:ident) => { $found.map($visitor) };
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = Error;

    by! {
        any: deserialize_any() deserialize_bool() deserialize_unit() deserialize_bytes() deserialize_byte_buf()
            deserialize_char() deserialize_unit_struct(name: &'static str);
        integer: deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
            deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128();
        text: deserialize_str() deserialize_string() deserialize_identifier();
        list: deserialize_seq() deserialize_tuple(length: usize)
            deserialize_tuple_struct(name: &'static str, length: usize);
        map: deserialize_map() deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let found = self.found()?;
        if found.kind() != Some(Kind::Number) {
            return found.deserialize_f64(visitor);
        }
        #[allow(clippy::cast_possible_truncation, reason = "infinities, NaN and zero are the same in both")]
        visitor.visit_f32(found.float() as f32)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let found = self.found()?;
        if found.kind() != Some(Kind::BigInt) {
            return found.any(visitor);
        }
        match found.text().parse::<i64>() {
            Ok(number) if number.abs() <= EXACT => visitor.visit_i64(number),
            _ => Err(Error::custom("is a bigint that a float does not hold exactly")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let found = self.found()?;
        match (found.kind(), found.value) {
            (Some(Kind::Undefined), _) | (_, Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(found),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        let found = self.found()?;
        if found.kind() == Some(Kind::Undefined) && name == maybe::NAME {
            return visitor.visit_unit();
        }
        visitor.visit_newtype_struct(found)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let found = self.found()?;
        match found.value {
            Value::String(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Object(members) => {
                let all = Members { whole: found, members: members.iter(), value: None };
                let count = all.members.clone().filter(|(name, _)| !all.is_left_out(name)).count();
                if count != 1 {
                    return Err(Error::invalid_value(Unexpected::Map, &"map with a single key"));
                }
                visitor.visit_enum(MapAccessDeserializer::new(all))
            }
            _ => Err(Error::custom("invalid type: expected a text or an object with one member")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The items of a list.
struct Items<'w, 'de> {
    whole: Reader<'w, 'de>,
    items: &'de [Value],
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.get(self.at) else { return Ok(None) };
        let reader = match self.whole.marks {
            Some(_) => self.whole.part(&self.at.to_string(), item),
            None => self.whole.part("", item),
        };
        self.at += 1;
        seed.deserialize(reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.at)
    }
}

/// The members of an object, without those that are `undefined`.
struct Members<'w, 'de> {
    whole: Reader<'w, 'de>,
    members: Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
}

impl Members<'_, '_> {
    fn is_left_out(&self, name: &str) -> bool {
        let marks = self.whole.marks.and_then(|marks| marks.inside.get(name));
        marks.is_some_and(|marks| marks.kind == Some(Kind::Undefined))
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        loop {
            let Some((name, value)) = self.members.next() else { return Ok(None) };
            if !self.is_left_out(name) {
                self.value = Some((name, value));
                return seed.deserialize(Key(name)).map(Some);
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = self.value.take().ok_or_else(|| Error::custom("a value is read after its key"))?;
        seed.deserialize(self.whole.part(name, value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The pairs of a `Map`.
struct Pairs<'w, 'de> {
    whole: Reader<'w, 'de>,
    pairs: &'de [Value],
    at: usize,
}

impl<'w, 'de> Pairs<'w, 'de> {
    fn half(&self, half: usize) -> Option<Reader<'w, 'de>> {
        let pair = self.pairs.get(self.at)?;
        Some(self.whole.part(&self.at.to_string(), pair).part(&half.to_string(), pair.get(half)?))
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.half(0).map(|key| seed.deserialize(key)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.half(1).ok_or_else(|| Error::custom("a value is read after its key"))?;
        self.at += 1;
        seed.deserialize(value)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.pairs.len() - self.at)
    }
}

/// The name of a member: for a type that is no text, what stands in it.
struct Key<'de>(&'de str);

macro_rules! parsed {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => visitor.visit_borrowed_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Error;

    parsed! {
        deserialize_i8 visit_i64; deserialize_i16 visit_i64; deserialize_i32 visit_i64; deserialize_i64 visit_i64;
        deserialize_u8 visit_u64; deserialize_u16 visit_u64; deserialize_u32 visit_u64; deserialize_u64 visit_u64;
        deserialize_i128 visit_i128; deserialize_u128 visit_u128; deserialize_f32 visit_f64; deserialize_f64 visit_f64;
        deserialize_bool visit_bool;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
