use start_runtime::actix_web::web;
use start_runtime::{Form, prelude::*};

struct User;

#[extractor]
fn user(_: Json<u32>) -> User {
    User
}

struct Member;

#[extractor]
fn member(_: Option<web::Bytes>, _: Result<Form<u32>, Problem>) -> Member {
    Member
}

fn main() {}
