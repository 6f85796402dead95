use start_runtime::prelude::*;

struct User;

#[extractor]
fn by_token() -> Result<User, Problem> {
    Ok(User)
}

#[extractor]
fn by_cookie() -> Result<User, Problem> {
    Ok(User)
}

fn main() {}
