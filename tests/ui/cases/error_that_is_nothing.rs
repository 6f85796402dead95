use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET() -> Result<String, ()> {
    Err(())
}

fn main() {}
