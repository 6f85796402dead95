use start_runtime::prelude::*;

struct User;

#[extractor("/api/me")]
fn path() -> User {
    User
}

#[extractor(security = 7)]
fn number() -> User {
    User
}

#[extractor(securty = bearer("token"))]
fn typo() -> User {
    User
}

#[extractor(responses(200 = "fine"))]
fn success() -> User {
    User
}

#[extractor(guard = path)]
fn guarded() -> User {
    User
}

#[extractor(status = 401)]
fn status() -> User {
    User
}

fn main() {}
