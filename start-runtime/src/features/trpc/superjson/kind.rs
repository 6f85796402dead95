//! Values of JavaScript that a Rust type can become.

use serde_json::{Value, json};

/// A value of JavaScript. A type says that it becomes one by the name of a newtype, which all other formats pass over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Js {
    Date,
    Url,
    RegExp,
    BigInt,
    Set,
    Map,
    Uint8Array,
}

impl Js {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Date, "$start::superjson::Date"),
        (Self::Url, "$start::superjson::Url"),
        (Self::RegExp, "$start::superjson::RegExp"),
        (Self::BigInt, "$start::superjson::BigInt"),
        (Self::Set, "$start::superjson::Set"),
        (Self::Map, "$start::superjson::Map"),
        (Self::Uint8Array, "$start::superjson::Uint8Array"),
    ];

    /// The name of the newtype.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(js, _)| *js == self).map_or("", |(_, name)| name)
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(js, _)| *js)
    }

    /// What `meta` calls it.
    pub fn mark(self) -> Value {
        match self {
            Self::Date => "Date".into(),
            Self::Url => "URL".into(),
            Self::RegExp => "regexp".into(),
            Self::BigInt => "bigint".into(),
            Self::Set => "set".into(),
            Self::Map => "map".into(),
            Self::Uint8Array => json!(["typed-array", "Uint8Array"]),
        }
    }

    /// What a value has to be in Rust, for the error that it is not.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Date => "a date as text (RFC 3339)",
            Self::Url | Self::RegExp => "a text",
            Self::BigInt => "an integer",
            Self::Set | Self::Uint8Array => "a list",
            Self::Map => "a map",
        }
    }
}
