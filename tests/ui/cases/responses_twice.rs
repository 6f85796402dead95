use start_runtime::prelude::*;

#[api_route("/api/students", responses(404 = "No such student"), responses(422 = "A bad one"))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
