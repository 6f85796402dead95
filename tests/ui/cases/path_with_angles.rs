use start_runtime::prelude::*;

#[api_route("/api/users/<id>")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
