use start_runtime::prelude::*;

#[api_route("/api/students?year=1991")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
