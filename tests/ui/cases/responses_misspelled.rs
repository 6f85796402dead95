use start_runtime::prelude::*;

#[api_route("/api/students", response(404 = "No such student"))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
