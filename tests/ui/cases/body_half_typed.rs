use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET() -> String {
    let name = ;
    name
}

fn main() {}
