//! One value: a text, a list of texts, or members.

use std::any::TypeId;
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, SeqAccess, Unexpected, VariantAccess, Visitor};

use super::error::Error;
use super::learn::Run;
use super::members::{Entry, Members};
use crate::http::ParamPlace;

/// What was sent for one name.
pub struct Node<'r, 'de> {
    run: &'r Run<'r, 'de>,
    group: Option<usize>,
    texts: Texts<'r, 'de>,
    /// The groups of the members, and the length of the name that they share.
    members: (Cow<'r, [usize]>, usize),
    /// Whether the first of several values is taken where one is expected: in maps, whose keys nobody declares.
    first: bool,
    is_element: bool,
}

#[derive(Clone, Copy)]
enum Texts<'r, 'de> {
    /// Values as they were sent, by index.
    Sent(&'r [usize]),
    /// A piece of a value, or a key.
    Piece(&'de str),
}

impl<'r, 'de> Node<'r, 'de> {
    /// All values of a group.
    pub fn group(run: &'r Run<'r, 'de>, group: usize) -> Self {
        Self::new(run, Some(group), Texts::Sent(&run.groups.groups[group].values))
    }

    pub fn text(run: &'r Run<'r, 'de>, text: &'de str) -> Self {
        Self::new(run, None, Texts::Piece(text))
    }

    pub fn entry(run: &'r Run<'r, 'de>, entry: Entry<'r, 'de>, first: bool) -> Self {
        if let Some(text) = entry.probe {
            return Self::text(run, text);
        }
        let values = entry.group.map_or(&[][..], |group| run.groups.groups[group].values.as_slice());
        let group = entry.group.or_else(|| entry.members.first().copied());
        let node = Self::new(run, group, Texts::Sent(values));
        Self { members: (entry.members, entry.prefix), first: first || node.first, ..node }
    }

    fn new(run: &'r Run<'r, 'de>, group: Option<usize>, texts: Texts<'r, 'de>) -> Self {
        // Of the cookies with one name, the first is the one of the most specific path (RFC 6265, section 5.4).
        let first = run.place == ParamPlace::Cookie;
        Self { run, group, texts, members: (Cow::Borrowed(&[]), 0), first, is_element: false }
    }

    fn count(&self) -> usize {
        match self.texts {
            Texts::Sent(values) => values.len(),
            Texts::Piece(_) => 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.count() == 1 && self.members.0.is_empty() && self.first_text().is_some_and(str::is_empty)
    }

    fn has_members(&self) -> bool {
        !self.members.0.is_empty()
    }

    fn first_text(&self) -> Option<&'de str> {
        match self.texts {
            Texts::Sent(values) => values.first().map(|index| self.run.groups.source.value(*index)),
            Texts::Piece(text) => Some(text),
        }
    }

    /// The only text.
    fn one(&self) -> Result<&'de str, Error> {
        match (self.first_text(), self.count()) {
            (Some(text), 1) => Ok(text),
            (Some(text), _) if self.first => Ok(text),
            (None, _) => Err(Error::new("has members, and one value is expected")),
            (_, count) => Err(Error::repeated(count)),
        }
    }

    /// The texts of a list. In a header, commas separate them as well (RFC 9110, section 5.6.1).
    fn list(self) -> Elements<'r, 'de> {
        let texts = match self.texts {
            Texts::Sent(values) if self.run.place == ParamPlace::Header => {
                let pieces = values.iter().flat_map(|index| pieces(self.run.groups.source.value(*index)));
                List::Pieces(pieces.collect::<Vec<_>>().into_iter())
            }
            Texts::Sent(values) => List::Sent(values),
            Texts::Piece(text) => List::Pieces(vec![text].into_iter()),
        };
        Elements { run: self.run, group: self.group, texts }
    }

    fn visit_list<V: Visitor<'de>>(self, visitor: V, length: Option<usize>) -> Result<V::Value, Error> {
        if self.has_members() {
            return Err(Error::new("has members, and a list is expected"));
        }
        let mut elements = self.list();
        let count = elements.texts.len();
        let value = visitor.visit_seq(&mut elements)?;
        match length {
            Some(length) if elements.texts.len() > 0 => {
                Err(Error::new(format_args!("is there {count} times, and {length} values are expected")))
            }
            _ => Ok(value),
        }
    }

    fn visit_members<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.has_members() {
            let name = self.group.map(|group| self.run.groups.groups[group].name).unwrap_or_default();
            return Err(match self.run.place {
                ParamPlace::Query | ParamPlace::Form => {
                    Error::new(format_args!("has members, each with its own name: `{name}[member]=value`"))
                }
                _ => Error::new("is a struct or a map, which cannot be sent here"),
            });
        }
        visitor.visit_map(Members::inside(self.run, self.members.0, self.members.1))
    }

    /// Visits the text as what it is known to be.
    fn visit_offered<V: Visitor<'de>>(&self, text: &'de str, visitor: V) -> Result<V::Value, Error> {
        if !self.run.offer(text, self.group) {
            return visitor.visit_borrowed_str(text);
        }
        match Spelled::of(text) {
            Spelled::Nothing => visitor.visit_unit(),
            Spelled::Bool(value) => visitor.visit_bool(value),
            Spelled::Unsigned(number) => visitor.visit_u64(number),
            Spelled::Signed(number) => visitor.visit_i64(number),
            Spelled::Float(number) => visitor.visit_f64(number),
            Spelled::Text => visitor.visit_borrowed_str(text),
        }
    }
}

/// What a text spells, if it is not just text.
pub enum Spelled {
    Nothing,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text,
}

impl Spelled {
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            Self::Nothing
        } else if let Some(value) = boolean(text) {
            Self::Bool(value)
        } else if let Ok(number) = text.parse() {
            Self::Unsigned(number)
        } else if let Ok(number) = text.parse() {
            Self::Signed(number)
        } else if let Some(number) = text.parse().ok().filter(|number: &f64| number.is_finite()) {
            Self::Float(number)
        } else {
            Self::Text
        }
    }
}

/// Browsers send `on` for a checkbox that has no value of its own (HTML, section 4.10.18.3).
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "on" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The elements of a list in a header, without empty ones. A comma inside quotes separates nothing.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let separates = move |char: char| {
        let is_separator = char == ',' && !quoted;
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        is_separator
    };
    text.split(separates).map(|piece| piece.trim_matches([' ', '\t'])).filter(|piece| !piece.is_empty())
}

/// Whether an `Option` of this type keeps an empty text. For all others, an input that was left empty is `None`.
fn keeps_empty_text<T>() -> bool {
    let own = typeid::of::<T>();
    [
        TypeId::of::<Option<String>>(),
        TypeId::of::<Option<Box<str>>>(),
        TypeId::of::<Option<Rc<str>>>(),
        TypeId::of::<Option<Arc<str>>>(),
        TypeId::of::<Option<Cow<'static, str>>>(),
        TypeId::of::<Option<&'static str>>(),
    ]
    .contains(&own)
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.one()?.parse::<$type>().map_err(Error::new)?)
        }
    )*};
}

macro_rules! parsed_float {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.one()?.parse::<$type>().map_err(Error::new)?;
            // Neither JSON nor the `number` of JSON Schema has NaN and infinities.
            if number.is_finite() { visitor.$visit(number) } else { Err(Error::new("is not a finite number")) }
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.has_members() {
            return self.visit_members(visitor);
        }
        let is_cookie = self.run.place == ParamPlace::Cookie;
        match self.first_text() {
            Some(text) if (self.count() == 1 || is_cookie) && (self.is_element || !self.run.is_list(self.group)) => {
                self.visit_offered(text, visitor)
            }
            _ => self.visit_list(visitor, None),
        }
    }

    parsed! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_char visit_char char;
    }

    parsed_float! {
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = boolean(self.one()?).ok_or_else(|| Error::new("is neither `true` nor `false`"))?;
        visitor.visit_bool(value)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.one()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_bytes(self.one()?.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_empty() && !keeps_empty_text::<V::Value>() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_empty() { visitor.visit_unit() } else { Err(Error::new("has a value, and none is expected")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit_list(visitor, None)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.visit_list(visitor, Some(length))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_list(visitor, Some(length))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit_members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_members(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if !self.has_members() {
            return visitor.visit_enum(UnitVariant(self.one()?));
        }
        let run = self.run;
        let mut members = Members::inside(run, self.members.0, self.members.1);
        match (members.next(), members.next()) {
            (Some(entry), None) => visitor.visit_enum(Variant { run, entry }),
            _ => Err(Error::new("has several members, and one is expected")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The texts of a list.
struct Elements<'r, 'de> {
    run: &'r Run<'r, 'de>,
    group: Option<usize>,
    texts: List<'r, 'de>,
}

enum List<'r, 'de> {
    Sent(&'r [usize]),
    Pieces(std::vec::IntoIter<&'de str>),
}

impl List<'_, '_> {
    fn len(&self) -> usize {
        match self {
            Self::Sent(values) => values.len(),
            Self::Pieces(pieces) => pieces.len(),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let (texts, value) = match &mut self.texts {
            List::Sent(values) => {
                let Some((first, rest)) = values.split_first() else { return Ok(None) };
                let own = std::slice::from_ref(first);
                *values = rest;
                (Texts::Sent(own), Some(*first))
            }
            List::Pieces(pieces) => match pieces.next() {
                Some(piece) => (Texts::Piece(piece), None),
                None => return Ok(None),
            },
        };
        self.run.visit();
        let element = seed.deserialize(Node { is_element: true, ..Node::new(self.run, self.group, texts) });
        element.map(Some).map_err(|error| error.in_group(self.group).at_value(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.texts.len())
    }
}

/// A variant without content, named by a text.
struct UnitVariant<'de>(&'de str);

impl<'de> EnumAccess<'de> for UnitVariant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name = de::value::BorrowedStrDeserializer::new(self.0);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for UnitVariant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Error> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &"newtype variant"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &"tuple variant"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Error> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &"struct variant"))
    }
}

/// A variant with content, named by a member.
pub struct Variant<'r, 'de> {
    pub run: &'r Run<'r, 'de>,
    pub entry: Entry<'r, 'de>,
}

impl<'r, 'de> EnumAccess<'de> for Variant<'r, 'de> {
    type Error = Error;
    type Variant = VariantContent<'r, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let name = seed.deserialize(de::value::BorrowedStrDeserializer::<Error>::new(self.entry.name))?;
        self.run.visit();
        Ok((name, VariantContent(Node::entry(self.run, self.entry, false))))
    }
}

pub struct VariantContent<'r, 'de>(Node<'r, 'de>);

impl<'de> VariantAccess<'de> for VariantContent<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        let group = self.0.group;
        <() as de::Deserialize>::deserialize(self.0).map_err(|error| error.in_group(group))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        let group = self.0.group;
        seed.deserialize(self.0).map_err(|error| error.in_group(group))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        let group = self.0.group;
        self.0.visit_list(visitor, Some(length)).map_err(|error| error.in_group(group))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        let group = self.0.group;
        self.0.visit_members(visitor).map_err(|error| error.in_group(group))
    }
}
