//! Writes a value as JSON, and beside it what JSON cannot say, as superjson does.
//!
//! serde tells integers and floats by their types. What else becomes a value of JavaScript says so by a newtype
//! ([`Js`]), in whatever it stands.

use std::fmt::Display;
use std::io::Write as _;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::{Error, Map, Value};

use super::kind::Js;
use super::path::{escaped, is_refused};
use super::{Marks, add};

/// The largest integer that a number of JavaScript tells from its neighbours (`Number.MAX_SAFE_INTEGER`).
const SAFE: u64 = (1 << 53) - 1;

/// Writes a value.
pub fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<Marks, Error> {
    value.serialize(Writer { out, js: None })
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// What the value becomes, if its type says it.
    js: Option<Js>,
}

impl<'a> Writer<'a> {
    fn raw(&mut self, text: impl Display) -> Result<(), Error> {
        write!(self.out, "{text}").map_err(Error::custom)
    }

    fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde_json::to_writer(&mut *self.out, value)
    }

    /// The error for a type that cannot become what it says.
    fn only(&self, known: &[Js]) -> Result<(), Error> {
        match self.js {
            Some(js) if !known.contains(&js) => Err(Error::custom(format!("{js:?} needs {}", js.needs()))),
            _ => Ok(()),
        }
    }

    fn integer(mut self, number: impl Display, is_safe: bool) -> Result<Marks, Error> {
        self.only(&[Js::BigInt])?;
        if is_safe && self.js.is_none() {
            return self.raw(number).map(|()| None);
        }
        self.raw(format_args!("\"{number}\""))?;
        Ok(marked("bigint"))
    }

    fn float(mut self, number: f64, text: impl Serialize) -> Result<Marks, Error> {
        self.only(&[])?;
        let other = match number {
            number if number.is_nan() => "NaN",
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            number if number == 0.0 && number.is_sign_negative() => "-0",
            _ => return self.json(&text).map(|()| None),
        };
        self.json(other)?;
        Ok(marked("number"))
    }

    fn list(self, begin: &str, variant: Option<&'static str>) -> Result<List<'a>, Error> {
        self.only(&[Js::Set, Js::Uint8Array])?;
        self.out.extend_from_slice(begin.as_bytes());
        Ok(List { out: self.out, count: 0, inside: Map::new(), variant, js: self.js })
    }

    fn object(self, begin: &str, variant: Option<&'static str>) -> Result<Object<'a>, Error> {
        self.only(&[])?;
        self.out.extend_from_slice(begin.as_bytes());
        Ok(Object { out: self.out, count: 0, inside: Map::new(), path: String::new(), variant, is_map: false })
    }
}

fn marked(kind: &str) -> Marks {
    Some(Value::from(vec![kind]))
}

/// The marks of a value with parts.
fn whole(kind: Option<Value>, inside: Map<String, Value>) -> Marks {
    match (kind, inside.is_empty()) {
        (None, true) => None,
        (None, false) => Some(inside.into()),
        (Some(kind), true) => Some(vec![kind].into()),
        (Some(kind), false) => Some(vec![kind, inside.into()].into()),
    }
}

/// `{"variant":`
fn variant_begin(variant: &str, rest: &str) -> Result<String, Error> {
    Ok(format!("{{{}:{rest}", serde_json::to_string(variant)?))
}

/// Marks of what is in a variant of an enum.
fn in_variant(variant: Option<&'static str>, marks: Marks) -> Marks {
    match variant {
        Some(variant) => super::below(&escaped(variant), marks),
        None => marks,
    }
}

/// A date in the form that JavaScript reads everywhere: milliseconds (ECMAScript 2024, section 21.4.1.32).
fn date(text: &str) -> String {
    let (head, rest) = match text.split_once('.') {
        Some((head, rest)) => {
            let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
            (format!("{head}.{:0<3.3}", &rest[..end]), &rest[end..])
        }
        None => (text.to_owned(), ""),
    };
    let sign = head.chars().next().filter(|first| matches!(first, '+' | '-'));
    match (sign, head.get(1..).and_then(|year| year.split_once('-'))) {
        (Some(sign), Some((year, day))) => format!("{sign}{year:0>6}-{day}{rest}"),
        _ => head + rest,
    }
}

macro_rules! integers {
    ($($method:ident $type:ty, $is_safe:expr;)*) => {$(
        fn $method(self, number: $type) -> Result<Marks, Error> {
            let is_safe: fn($type) -> bool = $is_safe;
            self.integer(number, is_safe(number))
        }
    )*};
}

impl<'a> Serializer for Writer<'a> {
    type Ok = Marks;
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Object<'a>;

    integers! {
        serialize_i8 i8, |_| true;
        serialize_i16 i16, |_| true;
        serialize_i32 i32, |_| true;
        serialize_u8 u8, |_| true;
        serialize_u16 u16, |_| true;
        serialize_u32 u32, |_| true;
        serialize_i64 i64, |number| number.unsigned_abs() <= SAFE;
        serialize_u64 u64, |number| number <= SAFE;
        serialize_i128 i128, |number| number.unsigned_abs() <= u128::from(SAFE);
        serialize_u128 u128, |number| number <= u128::from(SAFE);
    }

    fn serialize_bool(mut self, value: bool) -> Result<Marks, Error> {
        self.only(&[])?;
        self.raw(value).map(|()| None)
    }

    fn serialize_f32(self, value: f32) -> Result<Marks, Error> {
        self.float(value.into(), value)
    }

    fn serialize_f64(self, value: f64) -> Result<Marks, Error> {
        self.float(value, value)
    }

    fn serialize_char(self, value: char) -> Result<Marks, Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, value: &str) -> Result<Marks, Error> {
        self.only(&[Js::Date, Js::Url, Js::RegExp])?;
        match self.js {
            Some(Js::Date) => self.json(&date(value))?,
            _ => self.json(value)?,
        }
        Ok(whole(self.js.map(Js::mark), Map::new()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Marks, Error> {
        let mut list = self.list("[", None)?;
        value.iter().try_for_each(|byte| list.item(byte))?;
        Ok(list.finish())
    }

    fn serialize_none(self) -> Result<Marks, Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Marks, Error> {
        value.serialize(self)
    }

    fn serialize_unit(mut self) -> Result<Marks, Error> {
        self.raw("null").map(|()| None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Marks, Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Marks, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Marks, Error> {
        value.serialize(Self { js: Js::of_name(name).or(self.js), ..self })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Marks, Error> {
        self.only(&[])?;
        self.out.extend_from_slice(variant_begin(variant, "")?.as_bytes());
        let marks = value.serialize(Writer { out: &mut *self.out, js: None })?;
        self.out.push(b'}');
        checked(variant, &marks)?;
        Ok(in_variant(Some(variant), marks))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Error> {
        self.list("[", None)
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Error> {
        self.list("[", None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Error> {
        self.list("[", None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Error> {
        self.only(&[])?;
        self.list(&variant_begin(variant, "[")?, Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, Error> {
        if self.js != Some(Js::Map) {
            return self.object("{", None);
        }
        self.out.push(b'[');
        Ok(Object { out: self.out, count: 0, inside: Map::new(), path: String::new(), variant: None, is_map: true })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Error> {
        self.object("{", None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'a>, Error> {
        self.object(&variant_begin(variant, "{")?, Some(variant))
    }
}

/// What superjson finds at a path through a prototype, it does not read.
fn checked(name: &str, marks: &Marks) -> Result<(), Error> {
    if marks.is_some() && is_refused(name) {
        return Err(Error::custom(format!("superjson reads nothing that is called `{name}`: give it another name")));
    }
    Ok(())
}

/// A list that is being written.
struct List<'a> {
    out: &'a mut Vec<u8>,
    count: usize,
    inside: Map<String, Value>,
    variant: Option<&'static str>,
    js: Option<Js>,
}

impl List<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if self.count > 0 {
            self.out.push(b',');
        }
        let marks = write(self.out, value)?;
        add(&mut self.inside, &self.count.to_string(), marks);
        self.count += 1;
        Ok(())
    }

    fn finish(self) -> Marks {
        self.out.extend_from_slice(if self.variant.is_some() { b"]}" } else { b"]" });
        in_variant(self.variant, whole(self.js.map(Js::mark), self.inside))
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for List<'_> {
            type Ok = Marks;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<Marks, Error> {
                Ok(self.finish())
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// An object or a `Map` that is being written.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    count: usize,
    inside: Map<String, Value>,
    /// The path of the value that comes next.
    path: String,
    variant: Option<&'static str>,
    is_map: bool,
}

impl Object<'_> {
    fn begin_member(&mut self) {
        if self.count > 0 {
            self.out.push(b',');
        }
        self.count += 1;
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.begin_member();
        serde_json::to_writer(&mut *self.out, name)?;
        self.out.push(b':');
        let marks = write(self.out, value)?;
        checked(name, &marks)?;
        if marks.is_some() {
            add(&mut self.inside, &escaped(name), marks);
        }
        Ok(())
    }

    fn finish(self) -> Marks {
        if self.is_map {
            self.out.push(b']');
            return whole(Some(Js::Map.mark()), self.inside);
        }
        self.out.extend_from_slice(if self.variant.is_some() { b"}}" } else { b"}" });
        in_variant(self.variant, whole(None, self.inside))
    }
}

/// The name of a member: keys are texts, or numbers and the like that stand in one.
fn name<T: Serialize + ?Sized>(key: &T) -> Result<String, Error> {
    match serde_json::to_value(key)? {
        Value::String(name) => Ok(name),
        value @ (Value::Number(_) | Value::Bool(_)) => Ok(value.to_string()),
        _ => Err(Error::custom("key must be a string, or the map `trpc::superjson::Map`")),
    }
}

impl SerializeMap for Object<'_> {
    type Ok = Marks;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        if !self.is_map {
            self.path = name(key)?;
            return Ok(());
        }
        self.begin_member();
        self.path = (self.count - 1).to_string();
        self.out.push(b'[');
        let marks = write(self.out, key)?;
        add(&mut self.inside, &format!("{}.0", self.path), marks);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let path = std::mem::take(&mut self.path);
        if !self.is_map {
            return self.member(&path, value);
        }
        self.out.push(b',');
        let marks = write(self.out, value)?;
        self.out.push(b']');
        add(&mut self.inside, &format!("{path}.1"), marks);
        Ok(())
    }

    fn end(self) -> Result<Marks, Error> {
        Ok(self.finish())
    }
}

macro_rules! objects {
    ($($trait:ident)*) => {$(
        impl $trait for Object<'_> {
            type Ok = Marks;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.member(key, value)
            }

            fn end(self) -> Result<Marks, Error> {
                Ok(self.finish())
            }
        }
    )*};
}

objects!(SerializeStruct SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_javascript() {
        let cases = [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500Z"),
            ("2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05.123+02:00"),
            ("2026-01-02", "2026-01-02"),
            ("+10000-01-02T03:04:05Z", "+010000-01-02T03:04:05Z"),
            ("-0001-01-02T03:04:05.12Z", "-000001-01-02T03:04:05.120Z"),
            ("", ""),
            ("-", "-"),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text), expected, "{text}");
        }
    }
}
