//! A type `Item`, as in `shop`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

use crate::structs::Page;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    pub name: String,
}

#[api_route(POST, "/users/item", tag = "users")]
async fn item(Json(value): Json<Item>) -> Item {
    value
}

#[api_route(GET, "/users/items", tag = "users")]
async fn items() -> Page<Item> {
    Page { items: vec![Item { name: "Ada".into() }], next: None }
}
