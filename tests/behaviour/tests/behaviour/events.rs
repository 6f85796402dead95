//! The parts of an event: cookies, staged headers, locals, and handlers as plain functions.

use actix_web::HttpMessage as _;
use actix_web::middleware::from_fn;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Matched, Response, delete_cookie, get_cookie, parse_cookies, set_cookie, test};

#[api_route("/e/staged/[how]")]
async fn GET(event: APIEvent, how: String) -> Result<Response, Problem> {
    event.response.set_header("X-Staged", "event");
    event.response.append_header("X-Many", "1");
    event.response.append_header("X-Many", "2");
    event.cookies().set(("a", "1"));
    event.cookies().set(("a", "2"));
    event.response.set_cookie(start_runtime::cookie::Cookie::build("b", "ä").path("/b").http_only(true).finish());
    let response = Response::new("text")
        .header("X-Staged", "response")
        .header("X-Own", "yes")
        .cookie(start_runtime::cookie::Cookie::new("own", "1"));
    match how.as_str() {
        "redirect" => Ok(Response::redirect("/e/größe")),
        "error" => Err(Problem::conflict("no")),
        "panic" => panic!("on purpose"),
        _ => Ok(response),
    }
}

#[api_route("/e/cookies")]
mod cookies {
    use super::*;

    async fn GET(event: APIEvent) -> Value {
        json!({ "all": parse_cookies(&event), "userId": get_cookie(&event, "userId") })
    }

    async fn POST(event: APIEvent) -> StatusCode {
        set_cookie(&event, ("userId", "luna lovegood"));
        delete_cookie(&event, "theme");
        StatusCode::NO_CONTENT
    }
}

#[derive(Clone)]
struct User(String);

#[api_route(GET, "/e/locals/[id]")]
async fn locals(APIEvent { locals, params, .. }: APIEvent) -> String {
    format!("{} {}", locals.get::<User>().map_or_else(|| "nobody".to_owned(), |user| user.0), &params["id"])
}

#[api_route(GET, "/e/request/[...rest]")]
async fn request(event: APIEvent) -> Value {
    json!({
        "method": event.request.method().as_str(),
        "path": event.request.path(),
        "query": event.request.query_string(),
        "url": event.request.url(),
        "header": event.request.header("x-test"),
        "rest": event.params.get("rest"),
        "none": event.params.get("none"),
        "id": event.request_id(),
    })
}

fn all<'a>(answer: &'a start_runtime::FetchResponse, name: &str) -> Vec<&'a str> {
    answer.headers().get_all(name).map(|value| value.to_str().unwrap()).collect()
}

#[start_runtime::test]
async fn staged_headers_replace_and_cookies_are_added() {
    let answer = test::app().get("/e/staged/plain").await;
    assert_eq!(all(&answer, "x-staged"), ["event"]);
    assert_eq!(all(&answer, "x-many"), ["1", "2"]);
    assert_eq!(all(&answer, "x-own"), ["yes"]);
    assert_eq!(all(&answer, "set-cookie"), ["own=1; Path=/", "a=2; Path=/", "b=%C3%A4; HttpOnly; Path=/b"]);
}

#[start_runtime::test]
async fn staged_headers_survive_errors_and_redirects_but_no_panic() {
    let app = test::app();
    let redirect = app.get("/e/staged/redirect").await;
    assert_eq!((redirect.status().as_u16(), redirect.header("location")), (302, Some("/e/gr%C3%B6%C3%9Fe")));
    assert_eq!(all(&redirect, "set-cookie").len(), 2);
    let error = app.get("/e/staged/error").await;
    assert_eq!((error.status().as_u16(), error.header("x-staged")), (409, Some("event")));
    let panic = app.get("/e/staged/panic").await;
    assert_eq!((panic.status().as_u16(), panic.header("x-staged"), panic.header("set-cookie")), (500, None, None));
}

#[start_runtime::test]
async fn cookies_are_read_and_set() {
    let app = test::app();
    let read: Value = app.get("/e/cookies").header("cookie", "userId=luna%20l; theme=dark").await.json().await.unwrap();
    assert_eq!(read, json!({ "all": [["userId", "luna l"], ["theme", "dark"]], "userId": "luna l" }));
    let set = app.post("/e/cookies").await;
    let cookies = all(&set, "set-cookie");
    assert_eq!(cookies[0], "userId=luna%20lovegood; Path=/");
    assert!(cookies[1].starts_with("theme=; ") && cookies[1].contains("Max-Age=0"), "{cookies:?}");
}

#[start_runtime::test]
async fn middleware_leaves_values_and_sees_the_matched_pattern() {
    let start = Start::new().wrap(|| {
        from_fn(|request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| async move {
            request.extensions_mut().insert(User("luna".into()));
            let mut response = next.call(request).await?;
            let pattern = response.request().extensions().get::<Matched>().map_or("none", Matched::pattern);
            response.headers_mut().insert("x-pattern".parse().unwrap(), pattern.parse().unwrap());
            Ok::<_, actix_web::Error>(response)
        })
    });
    let app = test::app_with(start);
    let answer = app.get("/e/locals/7").await;
    assert_eq!(answer.header("x-pattern"), Some("/e/locals/[id]"));
    assert_eq!(answer.text().await.unwrap(), "luna 7");
    assert_eq!(app.get("/e/nothing").await.header("x-pattern"), Some("none"));
}

#[start_runtime::test]
async fn the_request_is_there_as_it_was_sent() {
    let answer = test::app()
        .get("/e/request/a%2Fb/c?x=1&y=%20")
        .header("X-Test", "1")
        .header("Host", "hogwarts.example")
        .header("X-Request-Id", "req-7")
        .await;
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({
            "method": "GET", "path": "/e/request/a%2Fb/c", "query": "x=1&y=%20", "url": "http://hogwarts.example/e/request/a%2Fb/c?x=1&y=%20",
            "header": "1", "rest": "a/b/c", "none": null, "id": "req-7",
        })
    );
}

#[start_runtime::test]
async fn a_handler_is_a_plain_function() {
    let event = test::event("/e/locals/7").param("id", "7").local(User("ron".into())).build();
    assert_eq!(locals(event).await, "ron 7");
    let event = test::event("/e/staged/error").param("how", "error").build();
    let problem = GET(event.clone(), "error".to_owned()).await.unwrap_err();
    assert_eq!(problem.status(), 409);
    assert_eq!(event.response.header("x-staged").as_deref(), Some("event"));
    let event = test::event("/x").json(&json!({ "a": 1 })).build();
    assert_eq!(event.request.json::<Value>().await.unwrap(), json!({ "a": 1 }));
    assert!(event.fetch("/e/cookies").await.is_err(), "an event of a test belongs to no app");
}
