use start_runtime::prelude::*;

struct User;

#[extractor]
fn user() -> Result<User, Problem> {
    Ok(User)
}

#[api_route("/api/me")]
async fn GET(user: Option<User>) -> bool {
    user.is_some()
}

fn main() {}
