//! Headers that make browsers stricter.

use std::time::Duration;

use start_runtime::test::{self, TestApp};
use start_runtime::{Response, SecurityHeaders, prelude::*};

#[api_route(GET, "/headers/page")]
async fn page(event: APIEvent) -> Response {
    match event.request.query_string() {
        "panic" => panic!("boom-secret"),
        "own" => Response::new("x").header("X-Frame-Options", "DENY").header("Referrer-Policy", "no-referrer"),
        _ => Response::new("x"),
    }
}

const ALL: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("content-security-policy", "frame-ancestors 'self'"),
    ("x-frame-options", "SAMEORIGIN"),
    ("cross-origin-opener-policy", "same-origin"),
];

fn program() -> Start {
    Start::new().security_headers(SecurityHeaders::new()).trusted_proxies(["10.0.0.1"])
}

async fn transport(app: &TestApp, name: &str, value: &str) -> Option<String> {
    let answer = app.get("/headers/page").header(name, value).await;
    answer.header("strict-transport-security").map(str::to_owned)
}

#[start_runtime::test]
async fn every_answer_has_them() {
    let app = test::app_with(program());
    let cases = [
        (app.get("/headers/page"), 200),
        (app.head("/headers/page"), 200),
        (app.get("/headers/page?panic"), 500),
        (app.get("/headers/nothing"), 404),
        (app.post("/headers/page"), 405),
        (app.options("/headers/page"), 204),
        (app.get("/headers/%zz"), 400),
    ];
    for (request, status) in cases {
        let answer = request.await;
        assert_eq!(answer.status(), status);
        for (name, value) in ALL {
            assert_eq!(answer.header(name), Some(value), "{status} {name}");
        }
        assert_eq!(answer.header("x-powered-by"), None);
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    let plain = test::app().get("/headers/page").await;
    assert!(ALL.iter().all(|(name, _)| plain.header(name).is_none()));
}

#[start_runtime::test]
async fn https_is_asked_for_where_it_is_used() {
    let app = test::app_with(program());
    let (proxy, other) = (app.with_address([10, 0, 0, 1]), app.with_address([10, 0, 0, 2]));
    let cases = [
        ("x-forwarded-proto", "https", true),
        ("x-forwarded-proto", "http, https", true),
        ("x-forwarded-proto", "https, http", false),
        ("x-forwarded-proto", "http", false),
        ("forwarded", "for=192.0.2.1;proto=https", true),
        ("forwarded", "proto=http, proto=HTTPS", true),
        ("forwarded", "proto=https, proto=http", false),
        ("x-forwarded-ssl", "on", false),
        ("front-end-https", "on", false),
    ];
    for (name, value, expected) in cases {
        let sent = transport(&proxy, name, value).await;
        assert_eq!(sent.as_deref(), expected.then_some("max-age=31536000"), "{name}: {value}");
        assert_eq!(transport(&other, name, value).await, None, "{name}: {value}");
        assert_eq!(transport(&app, name, value).await, None, "{name}: {value}");
    }
}

#[start_runtime::test]
async fn each_can_be_changed_left_out_or_set_by_a_route() {
    let headers = SecurityHeaders::new()
        .set("content-security-policy", "default-src 'self'")
        .set("Permissions-Policy", "camera=()")
        .without("cross-origin-opener-policy")
        .strict_transport(Duration::from_secs(60));
    let app = test::app_with(Start::new().security_headers(headers).trusted_proxies(["10.0.0.1"]));
    let answer = app.get("/headers/page").await;
    assert_eq!(answer.headers().get_all("content-security-policy").count(), 1);
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"));
    assert_eq!(answer.header("permissions-policy"), Some("camera=()"));
    assert_eq!(answer.header("cross-origin-opener-policy"), None);
    let proxy = app.with_address([10, 0, 0, 1]);
    assert_eq!(transport(&proxy, "x-forwarded-proto", "https").await.as_deref(), Some("max-age=60"));
    let own = app.get("/headers/page?own").await;
    assert_eq!((own.header("x-frame-options"), own.header("referrer-policy")), (Some("DENY"), Some("no-referrer")));

    let without = SecurityHeaders::new().without("Strict-Transport-Security");
    let app = test::app_with(Start::new().security_headers(without).trusted_proxies(["10.0.0.1"]));
    assert_eq!(transport(&app.with_address([10, 0, 0, 1]), "x-forwarded-proto", "https").await, None);
}

#[start_runtime::test]
async fn a_part_of_a_program_can_have_its_own() {
    let app = test::app_with(Start::new().security_headers_at("/headers/page", SecurityHeaders::new()));
    assert_eq!(app.get("/headers/page/x").await.header("x-frame-options"), Some("SAMEORIGIN"));
    assert_eq!(app.get("/headers/pages").await.header("x-frame-options"), None);
}

#[start_runtime::test]
async fn what_cannot_be_sent_stops_the_start() {
    for (name, value) in [("a b", "x"), ("x", "a\nb")] {
        let start = Start::new().security_headers(SecurityHeaders::new().set(name, value));
        let Err(error) = start.listen(([127, 0, 0, 1], 0).into()).await else { panic!("{name}") };
        assert!(error.to_string().contains("security_headers"), "{error}");
    }
}
