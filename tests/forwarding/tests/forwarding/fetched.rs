//! `event.fetch` with the URL of another program.

use forwarding::Outcome;
use start_runtime::test::TestApp;
use start_runtime::{FetchPolicy, Start};

use crate::upstream::{Seen, Upstream, ok, with};

fn encoded(text: &str) -> String {
    start_runtime::encode_segment(text)
}

async fn fetch(app: &TestApp, url: &str, more: &str) -> Outcome {
    let request = app.get(format!("/fetch?url={}{more}", encoded(url))).header("cookie", "a=b");
    request.header("authorization", "Bearer theirs").await.json().await.unwrap()
}

fn answer(seen: &Seen) -> String {
    let host = seen.field("host");
    match seen.target() {
        "/json" => with("200 OK", &["Content-Type: application/json"], "[1,2]"),
        "/missing" => with("404 Not Found", &[], "no such owl"),
        "/fetched" => with("203 Other", &["X-Up: 1", "Connection: x-up-hop", "X-Up-Hop: 1"], "fetched"),
        "/here" => with("302 Found", &["Location: there#x"], ""),
        "/there" => ok(&format!("{} {} {}", seen.method(), seen.body, seen.field("content-type"))),
        "/see" => with("303 See Other", &["Location: /there"], ""),
        "/keep" => with("307 Temporary", &["Location: /there"], ""),
        "/round" => with("302 Found", &["Location: /round"], ""),
        "/no-url" => with("302 Found", &["Location: ftp://x/"], ""),
        "/nowhere" => with("302 Found", &[], "stay"),
        "/elsewhere" => with(
            "307 Temporary",
            &[&format!("Location: http://localhost:{}/auth", host.split(':').nth(1).unwrap())],
            "",
        ),
        "/auth" => ok(&format!("[{}] [{}]", seen.field("authorization"), seen.field("cookie"))),
        "/large" => ok(&"x".repeat(2000)),
        "/cut" => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc".to_owned(),
        "/silent" => "HTTP/1.1 200".to_owned(),
        target => ok(&format!("{} {target}", seen.method())),
    }
}

#[start_runtime::test]
async fn a_url_is_fetched() {
    let upstream = Upstream::new(answer).await;
    let app = upstream.app();
    for (path, more, status, text) in [
        ("", "", Some(200), "GET /"),
        ("/a%2Fb?c=d#e", "", Some(200), "GET /a%2Fb?c=d"),
        ("/a", "&method=PURGE", Some(200), "PURGE /a"),
        ("/missing", "", Some(404), "no such owl"),
        ("/there", "&method=POST&body=hello", Some(200), "POST hello text/plain"),
        ("/here", "", Some(200), "GET  "),
        ("/here", "&redirects=0", Some(302), ""),
        ("/see", "&method=POST&body=hello", Some(200), "GET  "),
        ("/here", "&method=POST&body=hello", Some(200), "GET  "),
        ("/keep", "&method=POST&body=hello", Some(200), "POST hello text/plain"),
        ("/nowhere", "", Some(302), "stay"),
    ] {
        let outcome = fetch(&app, &format!("{}{path}", upstream.url), more).await;
        assert_eq!((outcome.status, outcome.text.as_str()), (status, text), "{path}{more}");
    }
    assert_eq!(app.get("/json").await.text().await.unwrap(), "[1, 2]");
    let passed = app.get("/fetched").await;
    assert_eq!((passed.status().as_u16(), passed.header("x-up"), passed.header("x-up-hop")), (203, Some("1"), None));
    assert_eq!(passed.text().await.unwrap(), "fetched");
}

#[start_runtime::test]
async fn what_goes_wrong_is_an_error_that_names_the_url() {
    let upstream = Upstream::new(answer).await;
    let app = upstream.app_of(Start::new().fetch_policy(FetchPolicy::new().body_limit(1000)));
    let own = |path: &str| format!("{}{path}", upstream.url);
    for (url, more, status, kind) in [
        ("http://127.0.0.1:1/".to_owned(), "", None, "network"),
        (own("/round"), "", None, "network"),
        (own("/no-url"), "", None, "network"),
        (own("/silent"), "&milliseconds=200", None, "timed out"),
        (own("/large"), "", Some(200), "body"),
        (own("/cut"), "&milliseconds=300", Some(200), "body"),
        ("http://".to_owned(), "", None, "no URL"),
        ("http://u:p@127.0.0.1/".to_owned(), "", None, "no URL"),
        ("http://a b/".to_owned(), "", None, "no URL"),
        ("//127.0.0.1/".to_owned(), "", None, "no URL"),
        ("ftp://127.0.0.1/".to_owned(), "", None, "no URL"),
    ] {
        let outcome = fetch(&app, &url, more).await;
        assert_eq!(outcome.status, status, "{url}: {}", outcome.text);
        assert!(
            outcome.text.starts_with(&format!("{kind}: ")) && outcome.text.contains(&url),
            "{url}: {}",
            outcome.text
        );
    }
}

#[start_runtime::test]
async fn credentials_go_along_when_they_are_asked_for_and_to_one_origin() {
    let upstream = Upstream::new(answer).await;
    let app = upstream.app();
    for (path, more, text) in [
        ("/auth", "", "[Bearer mine] []"),
        ("/auth", "&credentials=true", "[Bearer mine] [a=b]"),
        ("/elsewhere", "&credentials=true", "[] []"),
    ] {
        let outcome = fetch(&app, &format!("{}{path}", upstream.url), more).await;
        assert_eq!((outcome.status, outcome.text.as_str()), (Some(200), text), "{path}{more}");
    }
}

#[start_runtime::test]
async fn addresses_of_the_inside_are_refused_by_option() {
    let upstream = Upstream::new(answer).await;
    let strict = upstream.app_of(Start::new().fetch_policy(FetchPolicy::new().public_only()));
    let port = upstream.url.rsplit(':').next().unwrap().to_owned();
    // The connection that the second one leaves is none for the others.
    let app = upstream.app();
    assert_eq!(fetch(&app, &format!("{}/a", upstream.url), "").await.status, Some(200));
    upstream.seen();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "0",
        "[::]",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[fd00::1]",
        "[fe80::1]",
        "LOCALHOST",
        "127.0.0.1.",
        "[64:ff9b::7f00:1]",
    ] {
        let url = format!("http://{host}:{port}/a");
        for (app, more) in [(&strict, ""), (&app, "&public_only=true")] {
            let outcome = fetch(app, &url, more).await;
            assert!(outcome.status.is_none() && outcome.text.starts_with("refused: "), "{url}: {}", outcome.text);
        }
    }
    assert_eq!(upstream.seen().len(), 0);
}
