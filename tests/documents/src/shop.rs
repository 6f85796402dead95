//! A type `Item`, as in `users`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

use crate::structs::Page;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    pub price: u32,
}

#[api_route(POST, "/shop/item", tag = "shop")]
async fn item(Json(value): Json<Item>) -> Item {
    value
}

#[api_route(GET, "/shop/items", tag = "shop")]
async fn items() -> Page<Item> {
    Page { items: vec![Item { price: 1 }], next: None }
}
