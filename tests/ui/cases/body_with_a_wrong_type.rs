use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET() -> String {
    42
}

fn main() {}
