use start_runtime::prelude::*;

#[api_route("/api/students", responses(204 = String))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
