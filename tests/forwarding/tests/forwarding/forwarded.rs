//! `event.forward` in handlers.

use std::sync::{Arc, Mutex};

use start_runtime::test::app_with;
use start_runtime::{Compression, Next, Response, Start, prelude::*};

use crate::upstream::{Upstream, ok, with};

#[start_runtime::test]
async fn the_path_is_appended_as_it_came() {
    let upstream = Upstream::new(|_| ok("ok")).await;
    let app = upstream.app();
    for (path, target) in [
        ("/whole", "/whole"),
        ("/whole/", "/whole/"),
        ("/whole/a%2Fb?c=%20d", "/whole/a%2Fb?c=%20d"),
        ("/below/a/", "/v1/below/a/"),
        ("/rest/ravenclaw/a", "/v1/a"),
        ("/rest/ravenclaw/a/b%20c/?d", "/v1/a/b%20c/?d"),
        ("/rest/%72avenclaw/%61", "/v1/%61"),
        ("/rest/a%2Fb/@evil.example", "/v1/@evil.example"),
    ] {
        assert_eq!(app.get(path).await.status(), 200, "{path}");
        let seen = upstream.seen();
        let host = upstream.url.trim_start_matches("http://");
        assert_eq!((seen[0].target(), seen[0].field("host").as_str()), (target, host), "{path}");
    }
}

#[start_runtime::test]
async fn fields_are_added_and_left_out() {
    let upstream = Upstream::new(|_| ok("ok")).await;
    let request = upstream.app().put("/rest/gryffindor/a").header("Cookie", "a=b").header("X-House", "slytherin");
    assert_eq!(request.body("hello").await.status(), 200);
    let seen = upstream.seen().remove(0);
    assert_eq!((seen.method(), seen.body.as_str()), ("PUT", "hello"));
    assert_eq!((seen.field("cookie"), seen.field("x-house")), (String::new(), "gryffindor".to_owned()));
}

#[start_runtime::test]
async fn proxies_that_are_trusted_are_believed() {
    let upstream = Upstream::new(|_| ok("ok")).await;
    let app = upstream.app_of(Start::new().trusted_proxies(["10.0.0.0/8"])).with_header("host", "front.example");
    let ask = |address: [u8; 4]| {
        let request = app.with_address(address).get("/whole/a").header("x-forwarded-for", "192.0.2.1");
        request
            .header("x-forwarded-host", "owls.example")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "for=192.0.2.1")
    };
    for (address, fields) in [
        ([10, 0, 0, 1], ["192.0.2.1, 10.0.0.1", "owls.example", "https", "for=192.0.2.1"]),
        ([192, 0, 2, 9], ["192.0.2.1, 192.0.2.9", "front.example", "http", ""]),
    ] {
        assert_eq!(ask(address).await.status(), 200);
        let seen = upstream.seen().remove(0);
        let names = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded"];
        assert_eq!(names.map(|name| seen.field(name)), fields, "{address:?}");
    }
}

#[start_runtime::test]
async fn guards_middleware_and_staged_headers_are_around_it() {
    async fn marked(_: APIEvent, next: Next) -> Response {
        next.run().await.header("X-Marked", "yes")
    }
    let upstream = Upstream::new(|_| with("201 Created", &["X-Up: 1"], "made")).await;
    let app = upstream.app_of(Start::new().middleware(marked));
    let refused = app.get("/guarded/a").await;
    assert_eq!((refused.status().as_u16(), refused.header("x-marked")), (403, Some("yes")));
    assert_eq!(upstream.seen().len(), 0);
    let passed = app.get("/guarded/a").header("x-allowed", "1").await;
    assert_eq!(passed.status(), 201);
    assert_eq!(["x-marked", "x-staged", "x-up"].map(|name| passed.header(name)), [Some("yes"), Some("yes"), Some("1")]);
    assert_eq!(passed.text().await.unwrap(), "made");
}

#[start_runtime::test]
async fn what_goes_wrong_is_a_problem_that_on_error_sees() {
    let gone = Upstream { url: "http://127.0.0.1:1".to_owned(), ..Upstream::new(|_| String::new()).await };
    let broken = Upstream::new(|_| String::new()).await;
    let garbage = Upstream::new(|_| "SSH-2.0-x\r\n\r\n".to_owned()).await;
    for (upstream, path, length, status) in [
        (&gone, "/whole/a", 0, 502),
        (&broken, "/whole/a", 0, 502),
        (&broken, "/whole/a", 1, 502),
        (&garbage, "/whole/a", 0, 502),
        (&garbage, "/no-rest", 0, 500),
        (&garbage, "/no-url", 0, 500),
        (&garbage, "/read-before", 1, 500),
        (&garbage, "/rest/a/b", 1001, 413),
    ] {
        let causes = Arc::new(Mutex::new(Vec::new()));
        let kept = causes.clone();
        let app = upstream.app_of(Start::new().on_error(move |problem, _| {
            kept.lock().unwrap().push(problem.status().as_u16());
            problem
        }));
        let answer = match length {
            0 => app.get(path).await,
            length => app.post(path).body("x".repeat(length)).await,
        };
        assert_eq!(
            (answer.status().as_u16(), answer.header("content-type")),
            (status, Some("application/problem+json")),
            "{path}"
        );
        assert_eq!(*causes.lock().unwrap(), [status]);
    }
}

#[start_runtime::test]
async fn a_silent_program_is_504_in_the_time_that_was_set() {
    let upstream = Upstream::new(|_| "HTTP/1.1 200".to_owned()).await;
    let app =
        app_with(Start::new().data(forwarding::Upstream(String::new())).proxy(
            "/slow/$",
            start_runtime::Proxy::to(&upstream.url).head_timeout(std::time::Duration::from_millis(200)),
        ));
    let began = std::time::Instant::now();
    assert_eq!(app.get("/slow/a").await.status(), 504);
    assert!((150..1500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
}

#[start_runtime::test]
async fn connections_are_used_again() {
    let upstream = Upstream::new(|seen| ok(seen.target())).await;
    let app = upstream.app();
    for index in 0..200 {
        let path = format!("/whole/{index}");
        let request = if index % 2 == 0 { app.get(&path) } else { app.post(&path).body("x") };
        assert_eq!(request.await.text().await.unwrap(), path);
    }
    assert_eq!(upstream.connections(), 1);
}

#[start_runtime::test]
async fn compression_and_etags_leave_answers_of_others_alone() {
    let long = "x".repeat(5000);
    let body = long.clone();
    let upstream = Upstream::new(move |_| with("200 OK", &["Content-Type: text/plain", "ETag: \"up\""], &body)).await;
    let app = upstream.app_of(Start::new().compress(Compression::new()).etags());
    let answer = app.get("/whole/a").header("accept-encoding", "gzip").header("if-none-match", "\"up\"").await;
    assert_eq!((answer.status().as_u16(), answer.header("content-encoding"), answer.header("vary")), (200, None, None));
    assert_eq!(answer.text().await.unwrap(), long);
}

#[start_runtime::test]
async fn locations_of_the_other_program_are_places_of_this_one() {
    let upstream = Upstream::new(|seen| {
        let host = seen.field("host");
        let location = seen.field("x-to").replace("HOST", &host);
        with("302 Found", &[&format!("Location: {location}")], "")
    })
    .await;
    let app = upstream.app().with_header("host", "front.example");
    for (path, to, expected) in [
        ("/whole/a", "/x", "/x"),
        ("/whole/a", "http://HOST/x?y", "/x?y"),
        ("/whole/a", "http://HOST//evil.example", "http://front.example//evil.example"),
        ("/whole/a", "https://other.example/x", "https://other.example/x"),
        ("/below/a", "/v1/x", "/x"),
        ("/below/a", "/v1", "/"),
        ("/below/a", "/v2/x", "/v2/x"),
        ("/rest/a/b", "/v1/x", "/rest/a/x"),
        ("/rest/%61/b", "http://HOST/v1/x#y", "/rest/%61/x#y"),
        ("/rest/a/b", "/v1/../x", "/v1/../x"),
    ] {
        let answer = app.get(path).header("x-to", to).await;
        assert_eq!((answer.status().as_u16(), answer.header("location")), (302, Some(expected)), "{path} {to}");
    }
}
