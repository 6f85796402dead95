use start_runtime::prelude::*;

#[page_route("/students")]
async fn students() -> &'static str {
    "hello"
}

#[page_route("/(school)/students")]
async fn pupils() -> &'static str {
    "hello"
}

fn main() {}
