use start_runtime::prelude::*;

struct Refusal;

#[api_route("/api/students", responses(404 = "No such student", 422 = Refusal))]
async fn GET() -> &'static str {
    "students"
}

fn main() {}
