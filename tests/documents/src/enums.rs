//! Enums in each of serde's representations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Plain {
    First,
    SecondOne,
    #[serde(rename = "3rd")]
    Third,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum External {
    Nothing,
    One(u32),
    Two(u8, String),
    Named { plain: Plain, text: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Internal {
    Nothing,
    Circle { radius: f64 },
    Wrapped(Inner),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inner {
    pub plain: Plain,
    pub optional: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c")]
pub enum Adjacent {
    Nothing,
    One(Vec<u8>),
    Two(bool, Inner),
    Named { internal: Internal },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Untagged {
    Number(i64),
    Text(String),
    Inner(Inner),
    List(Vec<Untagged>),
}

#[api_route("/enums", tag = "enums")]
mod routes {
    use super::*;

    #[api_route(POST, "/plain")]
    async fn plain(Json(value): Json<Plain>) -> Plain {
        value
    }

    #[api_route(POST, "/external")]
    async fn external(Json(value): Json<External>) -> External {
        value
    }

    #[api_route(POST, "/internal")]
    async fn internal(Json(value): Json<Internal>) -> Internal {
        value
    }

    #[api_route(POST, "/adjacent")]
    async fn adjacent(Json(value): Json<Adjacent>) -> Adjacent {
        value
    }

    #[api_route(POST, "/untagged")]
    async fn untagged(Json(value): Json<Untagged>) -> Untagged {
        value
    }
}
