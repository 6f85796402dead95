use start_runtime::prelude::*;

#[api_route("/api/students")]
const fn GET() -> &'static str {
    "hello"
}

fn main() {}
