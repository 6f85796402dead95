//! Reads JSON that did not fit at first: remembers where it is, and takes numbers such as `3.0` for integers.
//!
//! A number that is too large for a `f32` is refused as well: serde makes it infinite.
//!
//! JSON Schema counts `3.0` as an integer (2020-12 validation, section 6.1.1), and some clients send it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::response::escape_pointer;

/// Why a text is not of a type, and where.
pub struct Misfit {
    pub error: serde_json::Error,
    /// A JSON pointer (RFC 6901).
    pub pointer: String,
}

/// Reads a text. `integers` says whether a number such as `3.0` is an integer.
pub fn read<T: DeserializeOwned>(text: &str, integers: bool) -> Result<T, Misfit> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = read_value(&mut json, integers)?;
    json.end().map(|()| value).map_err(|error| Misfit { error, pointer: String::new() })
}

/// Reads a value that was parsed before.
pub fn read_value<'de, T: Deserialize<'de>>(
    inner: impl Deserializer<'de, Error = serde_json::Error>,
    integers: bool,
) -> Result<T, Misfit> {
    let steps = Steps { steps: RefCell::new(Vec::new()), integers };
    let value = T::deserialize(Tracked { inner, steps: &steps });
    value.map_err(|error| Misfit { error, pointer: pointer(steps.steps.take()) })
}

/// What one reading knows.
struct Steps<'de> {
    /// The steps to the place of an error, the innermost first.
    steps: RefCell<Vec<Step<'de>>>,
    integers: bool,
}

enum Step<'de> {
    Index(usize),
    Key(Cow<'de, str>),
}

/// Joins the steps. A pointer that would be too long to send ends at a value around the place.
fn pointer(steps: Vec<Step<'_>>) -> String {
    const MOST: usize = 1000;
    let mut pointer = String::new();
    for step in steps.into_iter().rev() {
        let step = match step {
            Step::Index(index) => format!("/{index}"),
            Step::Key(key) if key.len() > MOST => break,
            Step::Key(key) => format!("/{}", escape_pointer(&key)),
        };
        if pointer.len() + step.len() > MOST {
            break;
        }
        pointer.push_str(&step);
    }
    pointer
}

/// Adds a step to the way of an error that comes from inside.
fn inside<'de, T, E>(steps: &Steps<'de>, result: Result<T, E>, step: impl FnOnce() -> Step<'de>) -> Result<T, E> {
    match &result {
        Err(_) => steps.steps.borrow_mut().push(step()),
        // An error on the way here was not the last word: a type may try one thing and then another.
        Ok(_) if !steps.steps.borrow().is_empty() => steps.steps.borrow_mut().clear(),
        Ok(_) => {}
    }
    result
}

/// A deserializer, visitor, access or seed, with the steps so far.
struct Tracked<'s, 'de, I> {
    inner: I,
    steps: &'s Steps<'de>,
}

macro_rules! forward {
    ($visitor:ident: $($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            let visitor = $visitor { visitor, steps: self.steps };
            self.inner.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tracked<'_, 'de, D> {
    type Error = D::Error;

    forward! { Integer:
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        // What serde reads before it knows the type takes an integer for a float, but not the other way round.
        deserialize_any()
    }

    forward! { Single: deserialize_f32() }

    forward! { Value:
        deserialize_bool() deserialize_f64() deserialize_char() deserialize_str()
        deserialize_string() deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_unit()
        deserialize_seq() deserialize_map() deserialize_identifier() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// A visitor that follows into what it visits.
struct Value<'s, 'de, V> {
    visitor: V,
    steps: &'s Steps<'de>,
}

/// The same, and a float without a fraction is an integer, as far as a double is exact.
struct Integer<'s, 'de, V> {
    visitor: V,
    steps: &'s Steps<'de>,
}

/// The same, and a number that is too large for a `f32` is refused: serde makes it infinite.
struct Single<'s, 'de, V> {
    visitor: V,
    steps: &'s Steps<'de>,
}

macro_rules! visit {
    ($($method:ident $type:ty;)*) => {$(
        fn $method<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

macro_rules! visitor {
    ($name:ident) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            Expected::fmt(&self.visitor, f)
        }

        visit! {
            visit_bool bool; visit_i8 i8; visit_i16 i16; visit_i32 i32; visit_i64 i64; visit_i128 i128;
            visit_u8 u8; visit_u16 u16; visit_u32 u32; visit_u64 u64; visit_u128 u128; visit_f32 f32;
            visit_char char; visit_str &str; visit_borrowed_str &'de str; visit_string String;
            visit_bytes &[u8]; visit_borrowed_bytes &'de [u8]; visit_byte_buf Vec<u8>;
        }

        fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.visitor.visit_none()
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.visitor.visit_unit()
        }

        fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
            self.visitor.visit_some(Tracked { inner, steps: self.steps })
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
            self.visitor.visit_newtype_struct(Tracked { inner, steps: self.steps })
        }

        fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
            self.visitor.visit_seq(Elements { inner, steps: self.steps, index: 0 })
        }

        fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
            self.visitor.visit_map(Members { inner, steps: self.steps, key: None })
        }

        fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
            self.visitor.visit_enum(Tracked { inner, steps: self.steps })
        }
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Value<'_, 'de, V> {
    type Value = V::Value;

    visitor!(Value);

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<V::Value, E> {
        self.visitor.visit_f64(value)
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Single<'_, 'de, V> {
    type Value = V::Value;

    visitor!(Single);

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<V::Value, E> {
        #[allow(clippy::cast_possible_truncation, reason = "that is what is checked")]
        let single = value as f32;
        if single.is_finite() { self.visitor.visit_f64(value) } else { Err(E::custom("number out of range")) }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Integer<'_, 'de, V> {
    type Value = V::Value;

    visitor!(Integer);

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<V::Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if !self.steps.integers || value.fract() != 0.0 || value.abs() > EXACT {
            return self.visitor.visit_f64(value);
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked above")]
        let integer = value as i64;
        match u64::try_from(integer) {
            Ok(integer) => self.visitor.visit_u64(integer),
            Err(_) => self.visitor.visit_i64(integer),
        }
    }
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Tracked<'_, 'de, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.inner.deserialize(Tracked { inner, steps: self.steps })
    }
}

struct Elements<'s, 'de, A> {
    inner: A,
    steps: &'s Steps<'de>,
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, 'de, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        let index = self.index;
        self.index += 1;
        let element = self.inner.next_element_seed(Tracked { inner: seed, steps: self.steps });
        inside(self.steps, element, || Step::Index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Members<'s, 'de, A> {
    inner: A,
    steps: &'s Steps<'de>,
    key: Option<Cow<'de, str>>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.key = None;
        let key = self.inner.next_key_seed(KeySeed { seed, key: &mut self.key });
        match &key {
            // A key that is refused is the place itself.
            Err(_) if self.key.is_some() => inside(self.steps, key, || Step::Key(self.key.take().unwrap_or_default())),
            _ => key,
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let value = self.inner.next_value_seed(Tracked { inner: seed, steps: self.steps });
        inside(self.steps, value, || Step::Key(self.key.take().unwrap_or_default()))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'s, 'de, A: EnumAccess<'de>> EnumAccess<'de> for Tracked<'s, 'de, A> {
    type Error = A::Error;
    type Variant = Variant<'s, 'de, A::Variant>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), A::Error> {
        let mut name = None;
        let (value, inner) = self.inner.variant_seed(KeySeed { seed, key: &mut name })?;
        Ok((value, Variant { inner, steps: self.steps, name }))
    }
}

struct Variant<'s, 'de, A> {
    inner: A,
    steps: &'s Steps<'de>,
    name: Option<Cow<'de, str>>,
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Variant<'_, 'de, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        let content = self.inner.newtype_variant_seed(Tracked { inner: seed, steps: self.steps });
        inside(self.steps, content, || Step::Key(self.name.unwrap_or_default()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        let content = self.inner.tuple_variant(length, Value { visitor, steps: self.steps });
        inside(self.steps, content, || Step::Key(self.name.unwrap_or_default()))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let content = self.inner.struct_variant(fields, Value { visitor, steps: self.steps });
        inside(self.steps, content, || Step::Key(self.name.unwrap_or_default()))
    }
}

/// Keeps the text of a key.
struct KeySeed<'k, 'de, T> {
    seed: T,
    key: &'k mut Option<Cow<'de, str>>,
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, 'de, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.seed.deserialize(Key { inner, key: self.key })
    }
}

struct Key<'k, 'de, D> {
    inner: D,
    key: &'k mut Option<Cow<'de, str>>,
}

macro_rules! forward_key {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            let visitor = KeyVisitor { visitor, key: self.key };
            self.inner.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, 'de, D> {
    type Error = D::Error;

    forward_key! {
        deserialize_any() deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_i128() deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string()
        deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_unit() deserialize_seq()
        deserialize_map() deserialize_identifier() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

struct KeyVisitor<'k, 'de, V> {
    visitor: V,
    key: &'k mut Option<Cow<'de, str>>,
}

macro_rules! visit_key {
    ($($method:ident $type:ty;)*) => {$(
        fn $method<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> {
            *self.key = Some(Cow::Owned(value.to_string()));
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for KeyVisitor<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expected::fmt(&self.visitor, f)
    }

    visit_key! {
        visit_bool bool; visit_i64 i64; visit_i128 i128; visit_u64 u64; visit_u128 u128; visit_f64 f64;
        visit_char char; visit_str &str; visit_string String;
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<V::Value, E> {
        *self.key = Some(Cow::Borrowed(value));
        self.visitor.visit_borrowed_str(value)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Key { inner, key: self.key })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Key { inner, key: self.key })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(KeyEnum { inner, key: self.key })
    }
}

/// A key that is a variant of an enum.
struct KeyEnum<'k, 'de, A> {
    inner: A,
    key: &'k mut Option<Cow<'de, str>>,
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for KeyEnum<'_, 'de, A> {
    type Error = A::Error;
    type Variant = A::Variant;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, A::Variant), A::Error> {
        self.inner.variant_seed(KeySeed { seed, key: self.key })
    }
}
