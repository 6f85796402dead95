use start_runtime::prelude::*;

struct NoStudent;

#[api_route("/api/students")]
async fn GET() -> Result<String, NoStudent> {
    Err(NoStudent)
}

fn main() {}
