//! Refuses NaN and infinities in JSON, which has none (RFC 8259, section 6).
//!
//! serde_json writes `null` for them, where the schema says that a number is there. The serializer here stands before
//! that of serde_json: it checks each float and hands everything on. It costs nothing else, and remembers nothing: the
//! place of a float is put together on the way out of the error.

use std::cell::RefCell;
use std::fmt::{self, Display};

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::pointer::escape_pointer;

/// Writes a value as JSON. The error for a float that JSON has no number for names the place, as a JSON pointer
/// (RFC 6901).
pub fn write<T: Serialize + ?Sized>(buffer: &mut Vec<u8>, value: &T) -> Result<(), WriteError> {
    let steps = RefCell::new(Vec::new());
    let mut json = serde_json::Serializer::new(buffer);
    let written = value.serialize(Finite { inner: &mut json, steps: &steps });
    written.map_err(|error| WriteError { error, steps: steps.into_inner() })
}

/// Why a value cannot be written.
#[derive(Debug)]
pub struct WriteError {
    error: serde_json::Error,
    /// The steps to the place, the innermost first.
    steps: Vec<String>,
}

impl Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.steps.is_empty() {
            f.write_str("`")?;
            self.steps.iter().rev().try_for_each(|step| write!(f, "/{}", escape_pointer(step)))?;
            f.write_str("` ")?;
        }
        self.error.fmt(f)
    }
}

type Steps = RefCell<Vec<String>>;

/// A serializer, or the serializer of what is inside a value.
struct Finite<'s, I> {
    inner: I,
    steps: &'s Steps,
}

/// A value inside of another.
struct Checked<'s, 'v, T: ?Sized> {
    value: &'v T,
    steps: &'s Steps,
}

impl<T: Serialize + ?Sized> Serialize for Checked<'_, '_, T> {
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Finite { inner, steps: self.steps })
    }
}

/// A sequence with the number of its elements so far.
struct Elements<'s, I> {
    inner: I,
    steps: &'s Steps,
    count: usize,
    /// The variant of an enum that the elements belong to.
    variant: Option<&'static str>,
}

/// The fields of a variant of an enum.
struct Fields<'s, I> {
    inner: I,
    steps: &'s Steps,
    variant: &'static str,
}

fn inside<T, E>(steps: &Steps, result: Result<T, E>, step: impl FnOnce() -> String) -> Result<T, E> {
    if result.is_err() {
        steps.borrow_mut().push(step());
    }
    result
}

macro_rules! forward {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        }
    )*};
}

impl<'s, S: Serializer> Serializer for Finite<'s, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Elements<'s, S::SerializeSeq>;
    type SerializeTuple = Elements<'s, S::SerializeTuple>;
    type SerializeTupleStruct = Elements<'s, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Elements<'s, S::SerializeTupleVariant>;
    type SerializeMap = Finite<'s, S::SerializeMap>;
    type SerializeStruct = Finite<'s, S::SerializeStruct>;
    type SerializeStructVariant = Fields<'s, S::SerializeStructVariant>;

    forward! {
        serialize_bool bool; serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64;
        serialize_i128 i128; serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64;
        serialize_u128 u128; serialize_char char; serialize_str &str; serialize_bytes &[u8];
        serialize_unit_struct &'static str;
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        if value.is_finite() { self.inner.serialize_f32(value) } else { Err(not_finite(value)) }
    }

    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        if value.is_finite() { self.inner.serialize_f64(value) } else { Err(not_finite(value)) }
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(&Checked { value, steps: self.steps })
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_struct(name, &Checked { value, steps: self.steps })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = Checked { value, steps: self.steps };
        let written = self.inner.serialize_newtype_variant(name, index, variant, &value);
        inside(self.steps, written, || variant.to_owned())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Elements { inner: self.inner.serialize_seq(length)?, steps: self.steps, count: 0, variant: None })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Elements { inner: self.inner.serialize_tuple(length)?, steps: self.steps, count: 0, variant: None })
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, S::Error> {
        Ok(Elements {
            inner: self.inner.serialize_tuple_struct(name, length)?,
            steps: self.steps,
            count: 0,
            variant: None,
        })
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        let inner = self.inner.serialize_tuple_variant(name, index, variant, length)?;
        Ok(Elements { inner, steps: self.steps, count: 0, variant: Some(variant) })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Finite { inner: self.inner.serialize_map(length)?, steps: self.steps })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Finite { inner: self.inner.serialize_struct(name, length)?, steps: self.steps })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        let inner = self.inner.serialize_struct_variant(name, index, variant, length)?;
        Ok(Fields { inner, steps: self.steps, variant })
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

fn not_finite<E: serde::ser::Error>(number: impl Display) -> E {
    E::custom(format_args!("is {number}, and JSON has no number for it"))
}

macro_rules! elements {
    ($($trait:ident $method:ident;)*) => {$(
        impl<I: $trait> $trait for Elements<'_, I> {
            type Ok = I::Ok;
            type Error = I::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), I::Error> {
                let written = self.inner.$method(&Checked { value, steps: self.steps });
                let index = self.count;
                self.count += 1;
                let written = inside(self.steps, written, || index.to_string());
                match self.variant {
                    Some(variant) => inside(self.steps, written, || variant.to_owned()),
                    None => written,
                }
            }

            fn end(self) -> Result<I::Ok, I::Error> {
                self.inner.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl<I: SerializeStruct> SerializeStruct for Finite<'_, I> {
    type Ok = I::Ok;
    type Error = I::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), I::Error> {
        let written = self.inner.serialize_field(key, &Checked { value, steps: self.steps });
        inside(self.steps, written, || key.to_owned())
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), I::Error> {
        self.inner.skip_field(key)
    }

    fn end(self) -> Result<I::Ok, I::Error> {
        self.inner.end()
    }
}

impl<I: SerializeStructVariant> SerializeStructVariant for Fields<'_, I> {
    type Ok = I::Ok;
    type Error = I::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), I::Error> {
        let written = self.inner.serialize_field(key, &Checked { value, steps: self.steps });
        let written = inside(self.steps, written, || key.to_owned());
        inside(self.steps, written, || self.variant.to_owned())
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), I::Error> {
        self.inner.skip_field(key)
    }

    fn end(self) -> Result<I::Ok, I::Error> {
        self.inner.end()
    }
}

impl<I: SerializeMap> SerializeMap for Finite<'_, I> {
    type Ok = I::Ok;
    type Error = I::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), I::Error> {
        self.inner.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), I::Error> {
        let written = self.inner.serialize_value(&Checked { value, steps: self.steps });
        // The key has been written already, and is not kept.
        inside(self.steps, written, || "…".to_owned())
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), I::Error> {
        let written = self.inner.serialize_entry(key, &Checked { value, steps: self.steps });
        inside(self.steps, written, || match serde_json::to_value(key) {
            Ok(serde_json::Value::String(key)) => key,
            Ok(key) => key.to_string(),
            Err(_) => "…".to_owned(),
        })
    }

    fn end(self) -> Result<I::Ok, I::Error> {
        self.inner.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::write;

    #[derive(Serialize)]
    struct Place {
        lat: Option<f64>,
        kind: Kind,
    }

    #[derive(Serialize)]
    enum Kind {
        Plain,
        Sized(f32),
        Round { radius: f64 },
    }

    fn text<T: Serialize>(value: &T) -> String {
        let mut buffer = Vec::new();
        match write(&mut buffer, value) {
            Ok(()) => String::from_utf8(buffer).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_float_that_json_does_not_have_is_named() {
        let place = |lat, kind| Place { lat, kind };
        assert_eq!(text(&place(None, Kind::Plain)), r#"{"lat":null,"kind":"Plain"}"#);
        assert_eq!(text(&place(Some(1.5), Kind::Sized(0.5))), r#"{"lat":1.5,"kind":{"Sized":0.5}}"#);
        for (text, pointer) in [
            (text(&f64::NAN), ""),
            (text(&place(Some(f64::NAN), Kind::Plain)), "`/lat` "),
            (text(&place(None, Kind::Sized(f32::NAN))), "`/kind/Sized` "),
            (text(&[place(None, Kind::Round { radius: f64::NAN })]), "`/0/kind/Round/radius` "),
            (text(&BTreeMap::from([(7, (1, f64::NAN))])), "`/7/1` "),
            (text(&BTreeMap::from([("a/b", [f32::NAN])])), "`/a~1b/0` "),
        ] {
            assert_eq!(text, format!("{pointer}is NaN, and JSON has no number for it"));
        }
        assert_eq!(text(&(1, f64::NEG_INFINITY)), "`/1` is -inf, and JSON has no number for it");
    }
}
