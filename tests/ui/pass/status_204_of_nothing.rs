use start_runtime::prelude::*;

#[api_route("/api/posts", status = 204)]
async fn POST() {}

#[api_route("/api/posts", status = 204)]
async fn PUT() -> Result<(), Problem> {
    Ok(())
}

#[api_route("/api/posts", status = 204)]
async fn DELETE() -> Option<()> {
    Some(())
}

#[api_route("/api/posts", status = 204)]
async fn PATCH() -> Result<Option<()>, Problem> {
    Ok(None)
}

fn main() {}
