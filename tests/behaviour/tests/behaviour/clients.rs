//! The client of tests with headers of its own, and with a jar of cookies.

use start_runtime::cookie::Cookie;
use start_runtime::{prelude::*, test};

/// What was sent, whatever the path.
#[api_route(GET, "/cl/sent")]
async fn sent(event: APIEvent) -> String {
    cookies(&event)
}

#[api_route(GET, "/cl/deep/[...rest]")]
async fn deep(event: APIEvent, rest: String) -> String {
    drop(rest);
    cookies(&event)
}

fn cookies(event: &APIEvent) -> String {
    event.request.header("cookie").unwrap_or("none").to_owned()
}

/// Sets cookies as they are written: one per line.
#[api_route(POST, "/cl/deep/set")]
async fn set(event: APIEvent) -> Result<StatusCode, Problem> {
    for line in event.request.text().await?.lines() {
        let cookie = Cookie::parse(line.to_owned()).map_err(|error| Problem::bad_request(error.to_string()))?;
        event.cookies().set(cookie);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[api_route(GET, "/cl/who")]
async fn who(event: APIEvent) -> String {
    let headers = ["authorization", "x-tenant"].map(|name| event.request.header(name).unwrap_or("-"));
    headers.join(" ")
}

#[start_runtime::test]
async fn a_client_has_headers_of_its_own() {
    let app = test::app();
    let luna = app.with_header("Authorization", "Bearer luna").with_header("X-Tenant", "ravenclaw");
    let who = |client: &test::TestApp| client.get("/cl/who");
    assert_eq!(who(&luna).await.text().await.unwrap(), "Bearer luna ravenclaw");
    assert_eq!(who(&luna).header("x-tenant", "slytherin").await.text().await.unwrap(), "Bearer luna slytherin");
    let harry = luna.with_header("authorization", "Bearer harry");
    assert_eq!(who(&harry).await.text().await.unwrap(), "Bearer harry ravenclaw", "the later one counts");
    assert_eq!(who(&luna).await.text().await.unwrap(), "Bearer luna ravenclaw");
    assert_eq!(who(&app).await.text().await.unwrap(), "- -");
}

#[start_runtime::test]
async fn a_jar_keeps_cookies_as_a_browser_does() {
    let old = "a=3; Expires=Thu, 01 Jan 1998 00:00:00 GMT";
    let cases: [(&[&str], &str, &str); 14] = [
        (&["a=1"], "/cl/sent", "a=1"),
        (&["a=1\nb=2"], "/cl/sent", "a=1; b=2"),
        (&["a=1", "a=2"], "/cl/sent", "a=2"),
        (&["a=1\nb=2", "a=3"], "/cl/sent", "a=3; b=2"),
        (&["a=1", "a=; Max-Age=0"], "/cl/sent", "none"),
        (&["a=1", "a=; Max-Age=-1"], "/cl/sent", "none"),
        (&["a=1; Max-Age=60"], "/cl/sent", "a=1"),
        (&["a=1", old], "/cl/sent", "none"),
        (&["a=1; Path=/cl/deep"], "/cl/sent", "none"),
        (&["a=1; Path=/cl/deep"], "/cl/deep/x", "a=1"),
        (&["a=1; Path=/cl/dee"], "/cl/deep/x", "none"),
        (&["a=1\na=2; Path=/cl/deep"], "/cl/deep/x", "a=2; a=1"),
        (&["a=1\na=2; Path=/cl/deep", "a=; Max-Age=0"], "/cl/deep/x", "a=2"),
        (&["a=1; Path=/cl/deep", "a=; Path=/cl; Max-Age=0"], "/cl/deep/x", "a=1"),
    ];
    for (set, path, expected) in cases {
        let browser = test::app().with_cookies();
        for lines in set {
            assert_eq!(browser.post("/cl/deep/set").body((*lines).to_owned()).await.status(), 204, "{lines}");
        }
        assert_eq!(browser.get(path).await.text().await.unwrap(), expected, "{set:?}");
    }
}

#[start_runtime::test]
async fn jars_belong_to_their_clients() {
    let app = test::app();
    let (one, other) = (app.with_cookies(), app.with_cookies());
    one.post("/cl/deep/set").body("a=1").await;
    assert_eq!(one.clone().get("/cl/sent").await.text().await.unwrap(), "a=1", "a clone is the same client");
    assert_eq!(other.get("/cl/sent").await.text().await.unwrap(), "none");
    assert_eq!(app.get("/cl/sent").await.text().await.unwrap(), "none");
    assert_eq!(one.get("/cl/sent").header("cookie", "b=2").await.text().await.unwrap(), "b=2");
    one.post("/cl/deep/set").body("v=a%20b%3Bc").await;
    assert_eq!(one.get("/cl/sent").await.text().await.unwrap(), "a=1; v=a%2520b%253Bc", "as it was set");
}
