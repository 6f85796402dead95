//! Types of the crate `http` 1, and reqwest.

use http1 as http;
use start_runtime::Response;
use start_runtime::prelude::*;
use start_runtime::test::app_with;

use crate::upstream::{Upstream, with};

#[start_runtime::test]
async fn an_answer_of_reqwest_is_passed_on_in_a_line() {
    let upstream = Upstream::new(|seen| {
        let fields = ["Set-Cookie: a=1", "Set-Cookie: b=2", "Connection: x-hop", "X-Hop: 1", "Content-Encoding: gzip"];
        with("418 Teapot", &fields, &format!("{} {} {}", seen.method(), seen.target(), seen.body))
    })
    .await;
    let app = upstream.app();
    let answer = app.post("/reqwest/a%2Fb?c").header("x-one", "1").body("hello".repeat(10_000)).await;
    assert_eq!(answer.status(), 418);
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect();
    assert_eq!((cookies, answer.header("x-hop")), (vec!["a=1", "b=2"], None));
    assert_eq!(answer.text().await.unwrap(), format!("POST /reqwest/a%2Fb?c {}", "hello".repeat(10_000)));
    assert_eq!(upstream.seen()[0].field("x-one"), "1");
}

/// Answers with what a service of the crate `http` would.
#[api_route(GET, "/converted/[case]")]
async fn converted(case: String) -> Response {
    let made = http::Response::builder().status(203).header("x-one", "1").header("x-one", "2");
    match case.as_str() {
        "text" => made.header("content-length", "99").body("hello".to_owned()).unwrap().into(),
        "empty" => made.body(String::new()).unwrap().into(),
        _ => made.header("transfer-encoding", "x").body("hello".to_owned()).unwrap().into(),
    }
}

#[start_runtime::test]
async fn responses_of_the_crate_http_are_responses() {
    let app = app_with(start_runtime::Start::new().data(forwarding::Upstream(String::new())));
    for (case, body, length) in [("text", "hello", "5"), ("empty", "", "0"), ("framed", "hello", "5")] {
        let answer = app.get(format!("/converted/{case}")).await;
        assert_eq!((answer.status().as_u16(), answer.headers().get_all("x-one").count()), (203, 2));
        assert_eq!(answer.header("transfer-encoding"), None);
        if case != "empty" {
            assert_eq!(answer.header("content-length"), Some(length), "{case}");
        }
        assert_eq!(answer.text().await.unwrap(), body);
    }
}
