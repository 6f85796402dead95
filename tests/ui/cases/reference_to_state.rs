use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET(event: &APIEvent) {
    let _ = event;
}

fn main() {}
