use start_runtime::prelude::*;

#[api_route("/api/students", responses("404" = "No such student", default = "Any other"))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
