//! The routes that `grown_before` and `grown_after` share.

use start_runtime::prelude::*;

pub mod shop {
    use start_runtime::schemars::{self, JsonSchema};

    #[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
    pub struct Item {
        pub price: Option<u32>,
    }

    #[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
    pub struct Page<T> {
        pub items: Vec<T>,
    }
}

#[api_route(POST, "/grown/a_b")]
async fn receive(Json(page): Json<shop::Page<shop::Item>>) -> usize {
    page.items.len()
}

#[api_route(GET, "/grown/a_b")]
async fn underscore() -> shop::Page<u8> {
    shop::Page { items: Vec::new() }
}

#[api_route(GET, "/grown/[id]")]
async fn one(id: u32) -> u32 {
    id
}

#[api_route(GET, "/grown/[...rest]")]
async fn rest(rest: String) -> String {
    rest
}
