use start_runtime::prelude::*;

struct User;
struct Strange;

#[extractor]
fn user(strange: Strange) -> User {
    let _ = strange;
    User
}

struct Member;

#[extractor]
fn member(event: &APIEvent, _: u32) -> Member {
    let _ = event;
    Member
}

fn main() {}
