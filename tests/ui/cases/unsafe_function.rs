use start_runtime::prelude::*;

#[api_route("/api/students")]
async unsafe fn GET() -> &'static str {
    "hello"
}

fn main() {}
