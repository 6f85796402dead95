use start_runtime::prelude::*;

#[api_route(GET, "/[[lang]]/about")]
async fn about(lang: Option<String>) -> String {
    lang.unwrap_or_default()
}

#[api_route(GET, "/about/[[page]]")]
async fn about_page(page: Option<String>) -> String {
    page.unwrap_or_default()
}

fn main() {}
