//! Types of the standard library, keys, tuples, and options inside of others, which are received and sent again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet, LinkedList, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI8, NonZeroU32, Wrapping};
use std::ops::{Bound, Range, RangeInclusive};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use garde::Validate;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::Value;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Times {
    span: Duration,
    at: SystemTime,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Addresses {
    any: IpAddr,
    four: Ipv4Addr,
    six: Ipv6Addr,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Ranges {
    open: Range<u8>,
    closed: RangeInclusive<i16>,
    bound: Bound<u8>,
    bounds: (Bound<i8>, Bound<i8>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Texts {
    letter: char,
    cow: Cow<'static, str>,
    boxed: Box<str>,
    path: PathBuf,
    letters: BTreeSet<char>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Numbers {
    not_zero: NonZeroU32,
    signed_not_zero: NonZeroI8,
    wrapping: Wrapping<u16>,
    list: LinkedList<i8>,
    queue: VecDeque<u16>,
    set: HashSet<i32>,
    double: f64,
}

#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
struct Name(String);

#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
enum Wing {
    East,
    #[serde(rename = "the west", alias = "west")]
    West,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Keys {
    by_byte: BTreeMap<u8, bool>,
    by_signed: BTreeMap<i16, u8>,
    by_name: BTreeMap<Name, u8>,
    by_wing: BTreeMap<Wing, Option<u8>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Pair(u8, Option<String>);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Wrapper(Vec<Option<Pair>>);

type Twice = [(u8, char); 2];

#[derive(Serialize, Deserialize, JsonSchema)]
struct Tuples {
    one: (u8,),
    nested: ((u8, bool), [i8; 3], Twice),
    structs: Wrapper,
    unit: (),
    units: [(); 2],
    long: [u8; 20],
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Options {
    twice: Option<Option<u8>>,
    list: Option<Vec<Option<bool>>>,
    tuple: (Option<u8>, Option<String>),
    boxed: Option<Box<Options>>,
    unit: Option<()>,
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skipped: Option<i8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    empty: Vec<u8>,
    #[serde(default = "seven", skip_serializing_if = "is_seven")]
    seven: u8,
}

fn seven() -> u8 {
    7
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_seven(value: &u8) -> bool {
    *value == 7
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "SCREAMING_SNAKE_CASE")]
enum Renamed {
    UnitLike,
    NewtypeOf(u8),
    TupleOf(u8, bool),
    EmptyTuple(),
    EmptyStruct {},
    StructOf {
        first_field: Option<u8>,
        second_field: String,
    },
    #[serde(rename = "other name")]
    Inner(Option<Box<Renamed>>),
    OfUnit(()),
    Two([Option<Box<Renamed>>; 2]),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Overlaps {
    Number(u8),
    Bigger(i32),
    Float(f64),
    Flag(bool),
    Pair(u8, u8),
    List(Vec<u8>),
    Named { a: u8 },
    Both { a: u8, b: u8 },
    Text(String),
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t")]
enum Internal {
    Unit,
    Struct {
        a: Option<u8>,
    },
    Newtype(Inner),
    Map(BTreeMap<String, u8>),
    #[serde(rename = "x y")]
    Renamed {
        t2: u8,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Inner {
    #[serde(flatten)]
    deeper: Deeper,
    b: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Deeper {
    c: Option<u8>,
    #[serde(default)]
    d: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(Option<u8>),
    Tuple(u8, Option<bool>),
    Struct { a: Option<u8> },
    Nested(Box<Adjacent>),
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Constrained {
    #[garde(length(chars, equal = 2))]
    two: String,
    #[garde(contains("1"))]
    containing: String,
    #[garde(inner(inner(range(min = -3, max = 3))))]
    deep: Vec<Vec<i8>>,
    #[garde(range(max = 100))]
    at_most: u64,
    #[garde(range(min = 0.5))]
    at_least: f64,
    #[garde(dive)]
    below: Option<Below>,
    #[garde(length(max = 2))]
    map: BTreeMap<String, u8>,
    #[garde(required)]
    required: Option<u8>,
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Below {
    #[garde(range(equal = 4))]
    four: u8,
}

macro_rules! echoes {
    ($($name:ident $path:literal $type:ty;)*) => {$(
        #[api_route(POST, $path)]
        async fn $name(start_runtime::Json(value): start_runtime::Json<$type>) -> start_runtime::Json<$type> {
            start_runtime::Json(value)
        }
    )*};
}

echoes! {
    times "/shapes/times" Times;
    addresses "/shapes/addresses" Addresses;
    ranges "/shapes/ranges" Ranges;
    texts "/shapes/texts" Texts;
    numbers "/shapes/numbers" Numbers;
    keys "/shapes/keys" Keys;
    tuples "/shapes/tuples" Tuples;
    options "/shapes/options" Options;
    renamed "/shapes/renamed" Renamed;
    overlaps "/shapes/overlaps" Overlaps;
    internal "/shapes/internal" Internal;
    adjacent "/shapes/adjacent" Adjacent;
    constrained "/shapes/constrained" Constrained;
}
