use start_runtime::prelude::*;

#[api_route("/api/students", responses)]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
