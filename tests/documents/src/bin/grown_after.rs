//! `grown_before` with more routes and types around the same ones: before and after them in every order.

use start_runtime::prelude::*;

#[path = "../grown.rs"]
mod first;

/// Types of the same names, in modules that sort before and after.
macro_rules! more {
    ($module:ident, $path:literal) => {
        mod $module {
            use start_runtime::prelude::*;
            use start_runtime::schemars::{self, JsonSchema};

            #[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
            pub struct Item {
                pub other: Option<String>,
            }

            #[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
            pub struct Page<T> {
                pub items: Vec<T>,
            }

            #[api_route(POST, $path)]
            async fn post(Json(page): Json<Page<Item>>) -> Page<Item> {
                page
            }
        }
    };
}

more!(accounts, "/a/more");
more!(zoo, "/z/more");

/// What was only received so far is sent as well.
#[api_route(GET, "/sent")]
async fn sent() -> Option<first::shop::Item> {
    None
}

#[api_route(GET, "/grown/a-b")]
async fn hyphen() {}

#[api_route(GET, "/grown/aB")]
async fn capital() {}

#[api_route(GET, "/grown/a.b")]
async fn dot() {}

#[api_route(GET, "/grown/a/b")]
async fn slash() {}

#[api_route(GET, "/grown/id")]
async fn literal() {}

#[api_route(PUT, "/grown/[another_name]")]
async fn another_method(another_name: u32) -> u32 {
    another_name
}

#[api_route(GET, "/grown/all/rest")]
async fn like_a_catch_all() {}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
