//! `#[serde(flatten)]` on everything that can be flattened.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

use crate::enums::{Adjacent, External, Inner, Internal};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithStruct {
    pub id: u32,
    #[serde(flatten)]
    pub inner: Inner,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithOption {
    pub id: u32,
    #[serde(flatten)]
    pub inner: Option<Inner>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithMap {
    pub id: u32,
    #[serde(flatten)]
    pub rest: BTreeMap<String, bool>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithInternal {
    pub id: u32,
    #[serde(flatten)]
    pub value: Internal,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithAdjacent {
    pub id: u32,
    #[serde(flatten)]
    pub value: Adjacent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithExternal {
    pub id: u32,
    #[serde(flatten)]
    pub value: External,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Contact {
    Mail { mail: String },
    Phone { phone: u32 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithUntagged {
    pub id: u32,
    #[serde(flatten)]
    pub contact: Contact,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WithTwo {
    #[serde(flatten)]
    pub first: WithStruct,
    #[serde(flatten)]
    pub contact: Contact,
}

#[api_route("/flattened", tag = "flattened")]
mod routes {
    use super::*;

    #[api_route(POST, "/struct")]
    async fn with_struct(Json(value): Json<WithStruct>) -> WithStruct {
        value
    }

    #[api_route(POST, "/option")]
    async fn with_option(Json(value): Json<WithOption>) -> WithOption {
        value
    }

    #[api_route(POST, "/map")]
    async fn with_map(Json(value): Json<WithMap>) -> WithMap {
        value
    }

    #[api_route(POST, "/internal")]
    async fn with_internal(Json(value): Json<WithInternal>) -> WithInternal {
        value
    }

    #[api_route(POST, "/adjacent")]
    async fn with_adjacent(Json(value): Json<WithAdjacent>) -> WithAdjacent {
        value
    }

    #[api_route(POST, "/external")]
    async fn with_external(Json(value): Json<WithExternal>) -> WithExternal {
        value
    }

    #[api_route(POST, "/untagged")]
    async fn with_untagged(Json(value): Json<WithUntagged>) -> WithUntagged {
        value
    }

    #[api_route(POST, "/two")]
    async fn with_two(Json(value): Json<WithTwo>) -> WithTwo {
        value
    }
}
