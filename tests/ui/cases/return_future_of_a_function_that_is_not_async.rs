use start_runtime::prelude::*;

#[api_route("/api/students")]
fn GET() -> impl Future<Output = String> {
    async { String::new() }
}

fn main() {}
