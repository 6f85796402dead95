use start_runtime::prelude::*;

fn check() -> Result<(), String> {
    Err("no".to_owned())
}

#[api_route("/api/posts")]
async fn POST() -> Result<StatusCode, Problem> {
    check()?;
    Ok(StatusCode::OK)
}

fn main() {}
