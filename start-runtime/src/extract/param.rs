//! Path parameters as typed arguments.

use std::any::{TypeId, type_name};
use std::fmt::Display;
use std::str::FromStr;

use crate::decode::{BadParam, BadParams, type_label};
use crate::http::ParamPlace;
use crate::kernel::Call;

/// A type that a path parameter can have: any type with `FromStr`. `NaN` and infinities are not read as floats.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a path param",
    label = "the argument is named like a param, and a param is read with `FromStr`",
    note = "use `String`, a number, or implement `std::str::FromStr` for your type, with an error that implements `Display`",
    note = "for anything but the param, give the argument another name"
)]
pub trait FromParam: Sized {
    /// Reads the decoded value.
    ///
    /// # Errors
    /// Returns the text of the type's own error.
    fn from_param(value: &str) -> Result<Self, String>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr> FromParam for T
where
    T::Err: Display,
{
    fn from_param(value: &str) -> Result<Self, String> {
        let parsed = value.parse().map_err(|error: T::Err| error.to_string())?;
        if is_finite::<T>(value) { Ok(parsed) } else { Err("is not a finite number".to_owned()) }
    }
}

/// Whether a value is a number that JSON and JSON Schema know. Rust's `FromStr` also takes `NaN` and `inf` for a float.
fn is_finite<T>(value: &str) -> bool {
    let own = typeid::of::<T>();
    if own == TypeId::of::<f64>() {
        value.parse().is_ok_and(f64::is_finite)
    } else if own == TypeId::of::<f32>() {
        value.parse().is_ok_and(f32::is_finite)
    } else {
        true
    }
}

/// A type that an optional parameter can have: `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of an optional path param",
    label = "write `Option<{Self}>`",
    note = "`[[name]]` may be missing from the path"
)]
pub trait FromOptionalParam: Sized {
    /// The name of the inner type, for messages.
    const EXPECTED: fn() -> &'static str;
    /// Reads the decoded value, if there is one.
    ///
    /// # Errors
    /// Returns the text of the type's own error.
    fn from_optional_param(value: Option<&str>) -> Result<Self, String>;
}

impl<T: FromParam> FromOptionalParam for Option<T> {
    const EXPECTED: fn() -> &'static str = type_name::<T>;

    fn from_optional_param(value: Option<&str>) -> Result<Self, String> {
        value.map(T::from_param).transpose()
    }
}

/// A type that a catch-all can have: `String`, or `Vec<T>` of its segments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a catch-all param",
    label = "write `String` or `Vec<String>`",
    note = "a catch-all such as `[...rest]` takes several segments"
)]
pub trait FromRestParam: Sized {
    /// Reads the rest of the path: as one text, and as its decoded segments.
    ///
    /// # Errors
    /// Returns the bad segment, the expected type, and the text of the type's own error.
    fn from_rest_param<'a>(
        text: &str,
        segments: impl Iterator<Item = &'a str>,
    ) -> Result<Self, (String, &'static str, String)>;
}

impl FromRestParam for String {
    fn from_rest_param<'a>(
        text: &str,
        _: impl Iterator<Item = &'a str>,
    ) -> Result<Self, (String, &'static str, String)> {
        Ok(text.to_owned())
    }
}

impl<T: FromParam> FromRestParam for Vec<T> {
    fn from_rest_param<'a>(
        _: &str,
        segments: impl Iterator<Item = &'a str>,
    ) -> Result<Self, (String, &'static str, String)> {
        segments
            .map(|segment| T::from_param(segment).map_err(|detail| (segment.to_owned(), type_name::<T>(), detail)))
            .collect()
    }
}

/// Reads a parameter that every path has.
pub fn param<T: FromParam>(call: &Call, name: &str, bad: &mut BadParams) -> Option<T> {
    let value = call.exchange().captured.get(name).unwrap_or_default();
    T::from_param(value).map_err(|detail| bad.push(bad_param(name, value, type_name::<T>(), detail))).ok()
}

/// Reads a parameter that may be missing.
pub fn optional_param<T: FromOptionalParam>(call: &Call, name: &str, bad: &mut BadParams) -> Option<T> {
    let value = call.exchange().captured.get(name);
    let read = T::from_optional_param(value);
    read.map_err(|detail| bad.push(bad_param(name, value.unwrap_or_default(), (T::EXPECTED)(), detail))).ok()
}

/// Reads a catch-all.
pub fn rest_param<T: FromRestParam>(call: &Call, name: &str, bad: &mut BadParams) -> Option<T> {
    let text = call.exchange().captured.get(name).unwrap_or_default();
    let read = T::from_rest_param(text, call.exchange().captured.rest());
    read.map_err(|(segment, expected, detail)| bad.push(bad_param(name, &segment, expected, detail))).ok()
}

/// The same for extractor functions, which do not know how the pattern spells the name.
pub fn param_like<T: FromParam>(call: &Call, name: &'static str, bad: &mut BadParams) -> Option<T> {
    param(call, spelled(call, name), bad)
}

/// [`optional_param`] for extractor functions.
pub fn optional_param_like<T: FromOptionalParam>(call: &Call, name: &'static str, bad: &mut BadParams) -> Option<T> {
    optional_param(call, spelled(call, name), bad)
}

/// [`rest_param`] for extractor functions.
pub fn rest_param_like<T: FromRestParam>(call: &Call, name: &'static str, bad: &mut BadParams) -> Option<T> {
    rest_param(call, spelled(call, name), bad)
}

fn spelled<'a>(call: &'a Call, name: &'a str) -> &'a str {
    call.exchange().captured.name_like(name).unwrap_or(name)
}

fn bad_param(name: &str, value: &str, expected: &'static str, detail: String) -> BadParam {
    let expected = Some(type_label(expected));
    BadParam { place: ParamPlace::Path, name: name.to_owned(), value: Some(value.to_owned()), expected, detail }
}
