use start_runtime::prelude::*;

#[api_route("/api/students", responses = 404)]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
