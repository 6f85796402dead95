use start_runtime::prelude::*;

#[page_route("/students/:name")]
async fn page() -> &'static str {
    "hello"
}

fn main() {}
