//! Types that are received and sent again as they came.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU8;

use garde::Validate;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::Value;

/// A comment that ends */ early /* and has `${code}`, "quotes" and
/// a second line.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Names {
    #[serde(rename = "x-count")]
    count: u8,
    #[serde(rename = "3rd")]
    third: u8,
    #[serde(rename = "größe ✂")]
    size: u8,
    #[serde(rename = "a\"b\\c\n*/")]
    odd: u8,
    #[serde(rename = "")]
    empty: u8,
    r#type: u8,
    class: u8,
    /// With */ in it.
    #[deprecated]
    old: Option<u8>,
}

/// A type that is called like a global of JavaScript.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Promise {
    response: Response,
    record: Record,
    call: Call,
    init: BodyInit,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Call(bool);

#[derive(Serialize, Deserialize, JsonSchema)]
struct BodyInit(u8);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Response {
    /// A `Client`, as the generated client has one.
    client: Client,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Client(String);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Record {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

/// Integers of every size, as numbers and as text.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Integers {
    signed: i128,
    unsigned: u128,
    count: usize,
    not_zero: NonZeroU8,
    #[serde(with = "start_runtime::integer_text")]
    #[schemars(with = "String", regex(pattern = r"^[0-9]{1,19}$"))]
    text: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Strict {
    bytes: Vec<u8>,
    nested: Option<Box<Strict>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Empty {}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Unit;

#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Maps {
    by_level: HashMap<Level, u8>,
    by_number: BTreeMap<i32, bool>,
    anything: Value,
    object: start_runtime::serde_json::Map<String, Value>,
    pairs: Vec<(Level, Option<f64>)>,
    outcome: Result<u8, String>,
    empty: Empty,
    unit: Unit,
    none: [u8; 0],
}

/// Types that refer to each other.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Expression {
    Number { value: f64 },
    Negative { of: Box<Expression> },
    Sum { terms: Vec<Term> },
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Term {
    factor: i32,
    expression: Expression,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Json {
    Null,
    Flag(bool),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// A generic type.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Envelope<T, M = Unit> {
    data: T,
    meta: Option<M>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
struct Defaults {
    page_size: u32,
    order_by: Option<String>,
    level: Level,
    #[serde(skip)]
    hidden: u8,
    #[serde(skip_deserializing)]
    computed: u8,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { page_size: 20, order_by: None, level: Level::Low, hidden: 0, computed: 7 }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data", deny_unknown_fields, rename_all_fields = "camelCase")]
enum Message {
    Ping,
    Chat { from_user: String, room: Option<String> },
    Moved(i32, i32),
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Constrained {
    #[garde(length(chars, min = 1, max = 4))]
    name: String,
    #[garde(range(min = 1, max = 12))]
    bottles: u8,
    #[garde(range(min = -1.5, max = 2.5))]
    ratio: f64,
    #[garde(length(min = 1, max = 3), inner(length(chars, min = 2)))]
    tags: Vec<String>,
    #[garde(length(chars, max = 2))]
    note: Option<String>,
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
    names "/values/names" Names;
    globals "/values/globals" Promise;
    integers "/values/integers" Integers;
    strict "/values/strict" Strict;
    maps "/values/maps" Maps;
    expression "/values/expression" Expression;
    any_json "/values/json" Json;
    envelope "/values/envelope" Envelope<Message>;
    envelopes "/values/envelopes" Envelope<Vec<Envelope<Level, Level>>, Level>;
    defaults "/values/defaults" Defaults;
    message "/values/message" Message;
    constrained "/values/constrained" Constrained;
    tuple "/values/tuple" (u8, Option<Level>, (bool,));
}
