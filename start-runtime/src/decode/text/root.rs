//! All names and values as one value: a struct, a map, or a list of pairs.

use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::MISSING;
use super::error::Error;
use super::learn::Run;
use super::members::Members;
use super::node::{Node, Variant};

/// A type with a field for each name.
pub struct Root<'r, 'de>(pub &'r Run<'r, 'de>);

impl<'de> Deserializer<'de> for Root<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Members::all(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.groups.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Pairs { run: self.0, next: 0 })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    /// The variant is the first name that is one.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let run = self.0;
        match Members::all(run).find(|entry| variants.contains(&entry.name)) {
            Some(entry) => visitor.visit_enum(Variant { run, entry }),
            None => Err(Error::new(format_args!("one of these is expected: `{}`", variants.join("`, `")))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf tuple tuple_struct map
        struct identifier
    }
}

/// The pairs as they were sent.
struct Pairs<'r, 'de> {
    run: &'r Run<'r, 'de>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Pairs<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let source = self.run.groups.source;
        let hidden =
            |index: usize| self.run.groups.find(source.name(index)).is_some_and(|group| self.run.is_hidden(group));
        while self.next < source.len() && hidden(self.next) {
            self.next += 1;
        }
        if self.next == source.len() {
            return Ok(None);
        }
        let index = self.next;
        self.next += 1;
        self.run.visit();
        let pair = Pair { run: self.run, texts: [source.name(index), source.value(index)] };
        let group = self.run.groups.find(source.name(index));
        let value = seed.deserialize(de::value::SeqAccessDeserializer::new(PairAccess { pair, next: 0 }));
        value.map(Some).map_err(|error| error.in_group(group).at_value(Some(index)))
    }
}

struct Pair<'r, 'de> {
    run: &'r Run<'r, 'de>,
    texts: [&'de str; 2],
}

struct PairAccess<'r, 'de> {
    pair: Pair<'r, 'de>,
    next: usize,
}

impl<'de> SeqAccess<'de> for PairAccess<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(text) = self.pair.texts.get(self.next) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(Node::text(self.pair.run, text)).map(Some)
    }
}

/// A value that was not sent: an `Option` is `None`, a list is empty, and anything else is an error.
pub struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::new(MISSING))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(de::value::SeqDeserializer::<_, Error>::new(std::iter::empty::<&str>()))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}
