//! Structs: fields of every kind, generics, recursion.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use uuid::Uuid;

/// Numbers of every size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Numbers {
    pub tiny: i8,
    pub byte: u8,
    pub small: i16,
    pub word: u16,
    pub int: i32,
    pub long: u32,
    pub big: i64,
    pub huge: u64,
    pub half: f32,
    pub double: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Optional {
    pub always_there: String,
    pub maybe_null: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maybe_absent: Option<String>,
    #[serde(default)]
    pub with_default: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both: Option<Box<Optional>>,
    #[serde(rename = "type")]
    pub kind: char,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collections {
    pub map: HashMap<String, u32>,
    pub numbered: BTreeMap<u32, String>,
    pub set: BTreeSet<String>,
    pub pair: (String, u8),
    pub three: [bool; 3],
    pub nested: Vec<Vec<Option<i32>>>,
    pub nothing: (),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    pub at: DateTime<Utc>,
    pub day: NaiveDate,
    pub time: NaiveTime,
    pub local: NaiveDateTime,
    pub span: Duration,
    pub id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Newtype(pub u16);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TupleStruct(pub String, pub Newtype);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strict {
    pub newtype: Newtype,
    pub tuple: TupleStruct,
}

/// A page of anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<T>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tree {
    pub name: String,
    pub children: Vec<Tree>,
    pub left: Option<Box<Tree>>,
}

#[api_route("/structs", tag = "structs")]
mod routes {
    use super::*;

    #[api_route(POST, "/numbers")]
    async fn numbers(Json(value): Json<Numbers>) -> Numbers {
        value
    }

    #[api_route(POST, "/optional")]
    async fn optional(Json(value): Json<Optional>) -> Optional {
        value
    }

    #[api_route(POST, "/collections")]
    async fn collections(Json(value): Json<Collections>) -> Collections {
        value
    }

    #[api_route(POST, "/times")]
    async fn times(Json(value): Json<Times>) -> Times {
        value
    }

    #[api_route(POST, "/strict")]
    async fn strict(Json(value): Json<Strict>) -> Strict {
        value
    }

    #[api_route(POST, "/pages/numbers")]
    async fn pages_of_numbers(Json(value): Json<Page<u8>>) -> Page<u8> {
        value
    }

    #[api_route(POST, "/pages/trees")]
    async fn pages_of_trees(Json(value): Json<Page<Tree>>) -> Page<Tree> {
        value
    }

    #[api_route(POST, "/tree")]
    async fn tree(Json(value): Json<Tree>) -> Tree {
        value
    }
}
