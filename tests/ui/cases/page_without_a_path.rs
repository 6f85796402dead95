use start_runtime::prelude::*;

#[page_route]
async fn students() -> &'static str {
    "hello"
}

fn main() {}
