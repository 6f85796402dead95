use start_runtime::prelude::*;

struct User;
struct Refusal;

#[extractor]
fn user() -> Result<User, Refusal> {
    Err(Refusal)
}

fn main() {}
