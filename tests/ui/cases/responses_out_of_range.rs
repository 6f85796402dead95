use start_runtime::prelude::*;

#[api_route("/api/students", responses(99 = "too low", 100 = "not final", 600 = "too high", 404 = "good"))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
