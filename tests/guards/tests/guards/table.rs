//! Whatever a request brings, in every form of argument and guard, for every kind of request.

use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};

use crate::accounts::{Member, User, app, app_without_database, current_user, member};

mod plain {
    use super::*;

    #[api_route("/guards/plain/[id]")]
    mod one {
        use super::*;
        async fn GET(id: u32, user: User) -> String {
            format!("{} {id}", user.0)
        }
        async fn POST(id: u32, body: Json<u32>, user: User) -> String {
            format!("{} {id} {}", user.0, body.0)
        }
    }

    #[api_route("/guards/plain-option/[id]")]
    mod optional {
        use super::*;
        async fn GET(id: u32, user: Option<User>) -> String {
            format!("{} {id}", user.map_or("nobody", |user| user.0))
        }
        async fn POST(id: u32, body: Json<u32>, user: Option<User>) -> String {
            format!("{} {id} {}", user.map_or("nobody", |user| user.0), body.0)
        }
    }

    #[api_route("/guards/plain-guard/[id]", guard = current_user)]
    mod guarded {
        use super::*;
        async fn GET(id: u32) -> String {
            format!("in {id}")
        }
        async fn POST(id: u32, body: Json<u32>) -> String {
            format!("in {id} {}", body.0)
        }
    }
}

mod finding {
    use super::*;

    #[api_route("/guards/member/[id]")]
    mod one {
        use super::*;
        async fn GET(id: u32, user: Member) -> String {
            format!("{} {id}", user.0)
        }
        async fn POST(id: u32, body: Json<u32>, user: Member) -> String {
            format!("{} {id} {}", user.0, body.0)
        }
    }

    #[api_route("/guards/member-option/[id]")]
    mod optional {
        use super::*;
        async fn GET(id: u32, user: Option<Member>) -> String {
            format!("{} {id}", user.map_or("nobody", |user| user.0))
        }
        async fn POST(id: u32, body: Json<u32>, user: Option<Member>) -> String {
            format!("{} {id} {}", user.map_or("nobody", |user| user.0), body.0)
        }
    }

    #[api_route("/guards/member-guard/[id]", guard = member)]
    mod guarded {
        use super::*;
        async fn GET(id: u32) -> String {
            format!("in {id}")
        }
        async fn POST(id: u32, body: Json<u32>) -> String {
            format!("in {id} {}", body.0)
        }
    }
}

type Row = (&'static str, Option<&'static str>, bool, u16, u16, u16);

/// What a request brings, and the status for a value, an `Option` and a guard.
const TABLE: [Row; 9] = [
    ("no token", None, false, 401, 200, 401),
    ("another scheme", Some("Basic aGFycnk6"), false, 401, 401, 401),
    ("no scheme", Some("good"), false, 401, 401, 401),
    ("an empty token", Some("Bearer "), false, 401, 401, 401),
    ("a forged token", Some("Bearer forged"), false, 401, 401, 401),
    ("an expired token", Some("Bearer old"), false, 401, 401, 401),
    ("the right token", Some("Bearer good"), false, 200, 200, 200),
    ("the right token, in other letters", Some("bearer good"), false, 200, 200, 200),
    ("a database that is down", Some("Bearer good"), true, 500, 500, 500),
];

#[start_runtime::test]
async fn only_who_is_known_is_let_in() {
    let (up, down) = (app(), app_without_database());
    for (what, token, is_down, plain, option, guard) in TABLE {
        let app = if is_down { &down } else { &up };
        for kind in ["plain", "member"] {
            for (form, expected) in [("", plain), ("-option", option), ("-guard", guard)] {
                let requests = [
                    ("a GET", app.get(format!("/guards/{kind}{form}/7")), 200),
                    ("a bad param", app.get(format!("/guards/{kind}{form}/x")), 400),
                    ("a POST", app.post(format!("/guards/{kind}{form}/7")).json(&1), 200),
                    ("a bad body", app.post(format!("/guards/{kind}{form}/7")).json(&"x"), 422),
                    (
                        "no JSON",
                        app.post(format!("/guards/{kind}{form}/7"))
                            .header("content-type", "application/json")
                            .body("{"),
                        400,
                    ),
                    ("another body", app.post(format!("/guards/{kind}{form}/7")).body("x"), 415),
                ];
                for (request_is, request, own) in requests {
                    let request = match token {
                        Some(token) => request.header("authorization", token),
                        None => request,
                    };
                    let answer = request.await;
                    let expected = if expected == 200 { own } else { expected };
                    let case = format!("{what}, {kind}{form}, {request_is}");
                    assert_eq!(answer.status(), expected, "{case}");
                    if expected == 401 {
                        let problem: Value = answer.json().await.unwrap();
                        assert_eq!(problem["title"], "Unauthorized", "{case}");
                        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{case}");
                    } else if expected == 500 {
                        assert!(!answer.text().await.unwrap().contains("database"), "{case}");
                    }
                }
            }
        }
    }
}

#[start_runtime::test]
async fn who_is_let_in_is_handed_on() {
    let app = app();
    for (path, token, expected) in [
        ("/guards/plain/7", Some("good"), "harry 7"),
        ("/guards/plain-option/7", Some("good"), "harry 7"),
        ("/guards/plain-option/7", None, "nobody 7"),
        ("/guards/plain-guard/7", Some("good"), "in 7"),
        ("/guards/member/7", Some("good"), "harry 7"),
        ("/guards/member-option/7", Some("good"), "harry 7"),
        ("/guards/member-option/7", None, "nobody 7"),
        ("/guards/member-guard/7", Some("good"), "in 7"),
    ] {
        let request = app.get(path);
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        assert_eq!(request.await.text().await.unwrap(), expected, "{path} {token:?}");
    }
}

#[start_runtime::test]
async fn a_401_says_what_is_wanted() {
    let app = app();
    for (token, detail) in [
        (None, "this needs `Authorization: Bearer …`"),
        (Some("Bearer forged"), "this needs `Authorization: Bearer …`, and what was sent is not valid"),
        (Some("Basic x"), "the Authorization header is not `Bearer` and a token"),
    ] {
        let request = app.get("/guards/member/7");
        let request = match token {
            Some(token) => request.header("authorization", token),
            None => request,
        };
        let answer = request.await;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token:?}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["detail"], detail);
    }
}

#[start_runtime::test]
async fn a_missing_route_and_a_wrong_method_are_told_to_everybody() {
    let app = app();
    assert_eq!(app.get("/guards/plain-guard").await.status(), 404);
    assert_eq!(app.delete("/guards/plain-guard/7").await.status(), 405);
    assert_eq!(app.options("/guards/plain-guard/7").await.status(), 204);
    assert_eq!(app.head("/guards/plain-guard/7").await.status(), 401);
}

#[start_runtime::test]
async fn the_document_says_who_is_let_in() {
    let document: Value = app().get("/openapi.json").await.json().await.unwrap();
    let security = |path: &str| {
        let operation = &document["paths"][path]["get"];
        let content = &operation["responses"]["401"]["content"];
        (operation["security"].clone(), content["application/problem+json"].is_object())
    };
    for kind in ["plain", "member"] {
        let required = (json!([{ "token": [] }]), true);
        assert_eq!(security(&format!("/guards/{kind}/{{id}}")), required);
        assert_eq!(security(&format!("/guards/{kind}-guard/{{id}}")), required);
        assert_eq!(security(&format!("/guards/{kind}-option/{{id}}")), (json!([{}, { "token": [] }]), true));
    }
    assert_eq!(document["components"]["securitySchemes"]["token"], json!({ "type": "http", "scheme": "bearer" }));
    let both = &document["paths"]["/guards/head"]["get"];
    assert_eq!(both["responses"]["403"]["description"], "Not the head");
    assert_eq!(both["responses"]["401"]["description"], "The request is not authenticated");
    assert_eq!(both["security"], json!([{ "token": [] }]));
}
