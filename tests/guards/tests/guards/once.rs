//! A request asks each function once.

use start_runtime::prelude::*;

use crate::accounts::{Member, User, app, current_user, lookups, member, require_head};

/// Asked by the guard, by the guard's own argument, and by two arguments.
#[api_route("/guards/head", guard = (current_user, require_head))]
async fn GET(user: User, again: Option<User>) -> String {
    format!("{} {}", user.0, again.is_some())
}

/// What the guard has found goes to the argument, also if it cannot be copied.
#[api_route(GET, "/guards/once", guard = member)]
async fn moved(member: Member) -> &'static str {
    member.0
}

/// Two that ask for what cannot be copied.
#[api_route(GET, "/guards/twice", guard = member)]
async fn again(one: Member, two: Option<Member>) -> String {
    format!("{} {}", one.0, two.is_some())
}

#[api_route(GET, "/guards/named-twice", guard = (member, member))]
async fn named_twice() -> &'static str {
    "in"
}

#[start_runtime::test]
async fn a_request_asks_a_function_once() {
    let app = app();
    lookups();
    for (path, token, expected, times) in [
        ("/guards/head", "head", "minerva true", 1),
        ("/guards/once", "good", "harry", 1),
        ("/guards/twice", "good", "harry true", 2),
        ("/guards/named-twice", "good", "in", 1),
    ] {
        let answer = app.get(path).header("authorization", format!("Bearer {token}")).await;
        assert_eq!(answer.text().await.unwrap(), expected, "{path}");
        assert_eq!(lookups(), times, "{path}");
    }
    assert_eq!(app.get("/guards/head").header("authorization", "Bearer good").await.status(), 403);
}
