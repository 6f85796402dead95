use start_runtime::prelude::*;

#[api_route("/api/posts")]
async fn POST(event: APIEvent) -> Result<StatusCode, Problem> {
    event.request.json().await?;
    Ok(StatusCode::OK)
}

fn main() {}
