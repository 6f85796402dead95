//! What goes into headers: encoded where their grammar has a way, refused otherwise, and never left out.

use std::sync::{Arc, Mutex};

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use start_runtime::IntoCookie as _;
use start_runtime::cookie::{Cookie, SameSite, time};
use start_runtime::prelude::*;
use start_runtime::serde_json::Value;
use start_runtime::test::{TestApp, app_with};
use start_runtime::{Download, FetchResponse, Response};

/// A response, and what has to come of it: a header with this value, or a 500 whose cause has these words.
type Case = (&'static str, fn() -> Response, Result<(&'static str, &'static str), &'static str>);

fn ok() -> Response {
    Response::new("x")
}

fn cookie(name: &'static str) -> start_runtime::cookie::CookieBuilder<'static> {
    Cookie::build(name, "1")
}

fn cases() -> Vec<Case> {
    vec![
        ("a path", || Response::redirect("/a?b=c#d"), Ok(("location", "/a?b=c#d"))),
        ("a space", || Response::redirect("/a b"), Ok(("location", "/a%20b"))),
        ("not ASCII", || Response::redirect("/größe?ü"), Ok(("location", "/gr%C3%B6%C3%9Fe?%C3%BC"))),
        ("encoded already", || Response::redirect("/a%20b"), Ok(("location", "/a%20b"))),
        ("a lone percent sign", || Response::redirect("/100%"), Ok(("location", "/100%25"))),
        ("a backslash", || Response::redirect("/\\evil.example"), Ok(("location", "/%5Cevil.example"))),
        ("backslashes", || Response::redirect("\\\\evil.example"), Ok(("location", "%5C%5Cevil.example"))),
        ("quotes", || Response::redirect("/\"<'>`"), Ok(("location", "/%22%3C'%3E%60"))),
        ("brackets", || Response::redirect("http://[::1]/[a]"), Ok(("location", "http://[::1]/%5Ba%5D"))),
        ("a host", || Response::redirect("https://example.com/"), Ok(("location", "https://example.com/"))),
        ("a line break", || Response::redirect("/a\r\nSet-Cookie: b=c"), Err("`location: /a\\r\\nSet-Cookie: b=c`")),
        ("a tab", || Response::redirect("/\t/evil.example"), Err("control character")),
        ("NUL", || Response::redirect("/\0"), Err("control character")),
        ("DEL", || Response::redirect("/\u{7f}"), Err("control character")),
        ("a location by hand", || ok().status(201).header("Location", "/a b"), Ok(("location", "/a%20b"))),
        ("another", || ok().append_header("Content-Location", "/\\a"), Ok(("content-location", "/%5Ca"))),
        ("a header", || ok().header("x-a", "a\tb, \"c\""), Ok(("x-a", "a\tb, \"c\""))),
        ("an empty header", || ok().header("x-a", ""), Ok(("x-a", ""))),
        ("a line break in a value", || ok().header("x-a", "b\r\nx-c: d"), Err("`x-a: b\\r\\nx-c: d` cannot be sent")),
        ("a lone line feed", || ok().append_header("x-a", "b\nc"), Err("`x-a: b\\nc`")),
        ("a name with a space", || ok().header("x a", "b"), Err("its name is not one")),
        ("a name with a line break", || ok().header("x\r\na", "b"), Err("its name is not one")),
        ("no name", || ok().header("", "b"), Err("its name is not one")),
        ("a name that is not ASCII", || ok().header("größe", "b"), Err("its name is not one")),
        (
            "a content type",
            || ok().content_type("text/CSV; header=present"),
            Ok(("content-type", "text/CSV; header=present")),
        ),
        ("no content type", || ok().content_type("csv"), Err("not a media type")),
        ("an empty one", || ok().header("content-type", ""), Err("not a media type")),
        ("half of one", || ok().content_type("text/"), Err("not a media type")),
        ("one with a line break", || ok().content_type("text/csv\r\nx: y"), Err("control character")),
        (
            "a file name",
            || ok().attachment("a\r\nb\"c.txt"),
            Ok(("content-disposition", "attachment; filename=\"ab_c.txt\"; filename*=UTF-8''ab%22c.txt")),
        ),
        ("a cookie", || ok().cookie(cookie("a").finish()), Ok(("set-cookie", "a=1; Path=/"))),
        (
            "a cookie's text",
            || ok().cookie(Cookie::new("a b", "c; d,\"ü\r\n")),
            Ok(("set-cookie", "a%20b=c%3B%20d%2C%22%C3%BC%0D%0A; Path=/")),
        ),
        (
            "a cookie's path",
            || ok().cookie(cookie("a").path("/größe b").finish()),
            Ok(("set-cookie", "a=1; Path=/gr%C3%B6%C3%9Fe b")),
        ),
        (
            "a cookie's domain",
            || ok().cookie(cookie("a").domain(".x-y.example").finish()),
            Ok(("set-cookie", "a=1; Path=/; Domain=.x-y.example")),
        ),
        (
            "a second attribute in a path",
            || ok().cookie(cookie("a").path("/; Domain=evil").finish()),
            Err("the cookie `a` cannot be sent: its path has a semicolon"),
        ),
        ("a line break in a path", || ok().cookie(cookie("a").path("/\r\nx: y").finish()), Err("its path has")),
        ("a semicolon in a domain", || ok().cookie(cookie("a").domain("x; Secure").finish()), Err("its domain")),
        ("a comma in a domain", || ok().cookie(cookie("a").domain("x,y").finish()), Err("its domain")),
        ("a domain that is not ASCII", || ok().cookie(cookie("a").domain("größe.example").finish()), Err("its domain")),
        ("an empty domain", || ok().cookie(cookie("a").domain("").finish()), Err("its domain")),
        ("a cookie without a name", || ok().cookie(Cookie::new("", "1")), Err("it has no name")),
        (
            "a date before all calendars",
            || ok().cookie(cookie("a").expires(time::OffsetDateTime::UNIX_EPOCH.replace_year(-5).unwrap()).finish()),
            Err("the year"),
        ),
        (
            "__Host-",
            || ok().cookie(cookie("__Host-a").secure(true).finish()),
            Ok(("set-cookie", "__Host-a=1; Secure; Path=/")),
        ),
        (
            "__Host- by SameSite",
            || ok().cookie(cookie("__Host-a").same_site(SameSite::None).finish()),
            Ok(("set-cookie", "__Host-a=1; SameSite=None; Secure; Path=/")),
        ),
        ("__Host- without Secure", || ok().cookie(Cookie::new("__Host-a", "1")), Err("set `secure(true)`")),
        (
            "__Host- with a domain",
            || ok().cookie(cookie("__Host-a").secure(true).domain("x.example").finish()),
            Err("leave `domain` out"),
        ),
        (
            "__Host- with a path",
            || ok().cookie(cookie("__Host-a").secure(true).path("/a").finish()),
            Err("set `path(\"/\")`"),
        ),
        ("__host- in small letters", || ok().cookie(Cookie::new("__host-a", "1")), Err("set `secure(true)`")),
        (
            "__Secure-",
            || ok().cookie(cookie("__Secure-a").secure(true).path("/a").finish()),
            Ok(("set-cookie", "__Secure-a=1; Secure; Path=/a")),
        ),
        ("__Secure- without it", || ok().cookie(Cookie::new("__Secure-a", "1")), Err("set `secure(true)`")),
        (
            "a name that is only like it",
            || ok().cookie(Cookie::new("__Hosta", "1")),
            Ok(("set-cookie", "__Hosta=1; Path=/")),
        ),
        (
            "a cookie by hand",
            || ok().header("Set-Cookie", "a=\"b\"; Priority=High"),
            Ok(("set-cookie", "a=\"b\"; Priority=High")),
        ),
        ("__Host- by hand", || ok().header("Set-Cookie", "__Host-a=1; Secure"), Err("set `path(\"/\")`")),
        ("SameSite by hand", || ok().header("Set-Cookie", "__Secure-a=1; SameSite=None"), Err("set `secure(true)`")),
        (
            "all that __Host- promises, by hand",
            || ok().header("Set-Cookie", "__Host-a=1; Path=/; Secure"),
            Ok(("set-cookie", "__Host-a=1; Path=/; Secure")),
        ),
        (
            "a cookie of another server",
            || ok().header("Set-Cookie", "a=1; Domain=x_y; Expires=Mon, 01-Jan-0001 00:00:00 GMT; Partitioned"),
            Ok(("set-cookie", "a=1; Domain=x_y; Expires=Mon, 01-Jan-0001 00:00:00 GMT; Partitioned")),
        ),
        ("no cookie by hand", || ok().append_header("Set-Cookie", "a"), Err("`name=value`")),
        (
            "a length of its own",
            || ok().header("Content-Length", "99"),
            Ok(("content-type", "text/plain; charset=utf-8")),
        ),
        (
            "a refused header, and more",
            || ok().header("x-a", "\n").status(201).header("x-b", "c").cookie(("a", "b").into_cookie()),
            Err("`x-a: \\n`"),
        ),
        ("the first of two", || ok().header("x-a", "\n").header("x-b", "\n"), Err("`x-a: \\n`")),
        ("no status", || ok().status(1000).header("x-a", "b"), Err("1000 is not an HTTP status")),
    ]
}

/// Answers with a case, in the way that the query names.
#[api_route(GET, "/out/[index]/[way]")]
async fn answer_with(index: usize, way: String, event: APIEvent) -> Result<Response, Response> {
    let response = cases()[index].1();
    match way.as_str() {
        "error" => Err(response),
        "actix" => Ok(HttpResponse::from(response).into()),
        "staged" => {
            event.response.set_header("x-staged", "1");
            Ok(response)
        }
        _ => Ok(response),
    }
}

#[api_route(GET, "/out/with-status/[index]")]
async fn with_status(index: usize) -> (StatusCode, Response) {
    (StatusCode::ACCEPTED, cases()[index].1())
}

#[api_route(GET, "/out/fetched/[index]")]
async fn fetched(index: usize, event: APIEvent) -> Result<FetchResponse, Problem> {
    Ok(event.fetch(format!("/out/{index}/plain").as_str()).await?)
}

type Stage = fn(&APIEvent);

/// What is staged, and the words of the cause.
const STAGED: [(Stage, &str); 9] = [
    (|event| event.response.set_header("x-a", "b\r\nc: d"), "`x-a: b\\r\\nc: d`"),
    (|event| event.response.append_header("x a", "b"), "its name"),
    (|event| event.response.set_header("location", "/\n"), "control character"),
    (|event| event.response.set_header("content-type", "csv"), "media type"),
    (|event| event.response.append_header("set-cookie", "__Secure-a=1"), "secure(true)"),
    (|event| event.response.set_cookie(("__Host-a", "1")), "the cookie `__Host-a`"),
    (|event| event.cookies().set(Cookie::build("a", "b").path("/;x").finish()), "the cookie `a`"),
    (|event| start_runtime::set_cookie(event, ("", "1")), "no name"),
    (
        |event| {
            event.response.set_header("x-a", "\n");
            event.response.set_header("x-a", "fine");
        },
        "`x-a: \\n`",
    ),
];

#[api_route(GET, "/out/staged/[index]/[how]")]
async fn staged(index: usize, how: String, event: APIEvent) -> Result<&'static str, Problem> {
    event.response.set_header("x-kept", "1");
    STAGED[index].0(&event);
    if how == "error" { Err(Problem::not_found("nothing")) } else { Ok("fine") }
}

#[api_route(GET, "/out/staged-fine")]
async fn staged_fine(event: APIEvent) {
    event.response.set_header("location", "/a b\\");
    event.cookies().delete("__Host-a");
    event.cookies().delete("a");
}

#[api_route(GET, "/out/problem/[name]")]
async fn problem(name: String) -> Problem {
    let problem = Problem::not_found("nothing").header("www-authenticate", "Basic");
    match name.as_str() {
        "value" => problem.header("x-a", "b\nc"),
        "name" => problem.header("x a", "b").with_status(404).with_detail("d").with_cause("c").header("x-b", "\n"),
        _ => problem.header("location", "/a b"),
    }
}

#[api_route(GET, "/out/download/[content_type]")]
async fn download(content_type: String) -> Result<Download, Problem> {
    let file = Download::open(concat!(env!("CARGO_MANIFEST_DIR"), "/site/style.css")).await?;
    Ok(file.content_type(content_type).file_name("a\r\nx: y\"\u{202e}.css"))
}

/// A program, and the causes that `on_error` sees.
fn watched() -> (TestApp, Arc<Mutex<Vec<String>>>) {
    let causes = Arc::new(Mutex::new(Vec::new()));
    let seen = causes.clone();
    let hook = move |problem: Problem, _: &start_runtime::ErrorContext<'_>| {
        seen.lock().unwrap().push(problem.cause().unwrap_or_default().to_owned());
        Response::from(problem).header("x-hook", "1")
    };
    (app_with(Start::new().on_error(hook)), causes)
}

#[start_runtime::test]
async fn headers_are_encoded_or_refused_whichever_way_they_come() {
    let (app, causes) = watched();
    for (index, (what, _, expected)) in cases().into_iter().enumerate() {
        let ways = ["plain", "error", "actix", "staged"].map(|way| format!("/out/{index}/{way}"));
        for path in ways.into_iter().chain([format!("/out/with-status/{index}"), format!("/out/fetched/{index}")]) {
            let answer = app.get(&path).await;
            let causes = std::mem::take(&mut *causes.lock().unwrap());
            match expected {
                Ok((name, value)) => {
                    assert_eq!(answer.header(name), Some(value), "{what}, {path}: {causes:?}");
                    assert_eq!(causes, Vec::<String>::new(), "{what}, {path}");
                }
                Err(words) => {
                    assert_eq!(answer.status(), 500, "{what}, {path}");
                    assert_eq!((causes.len(), answer.header("x-hook")), (1, Some("1")), "{what}, {path}");
                    assert!(causes[0].contains(words), "{what}, {path}: {causes:?}");
                    let problem: Value = answer.json().await.unwrap();
                    assert_eq!(problem["title"], "Internal Server Error", "{what}, {path}: {problem}");
                    assert!(problem.get("detail").is_none(), "{what}, {path}: {problem}");
                }
            }
        }
    }
}

#[start_runtime::test]
async fn what_is_staged_is_encoded_or_refused() {
    let (app, causes) = watched();
    for (index, (_, words)) in STAGED.iter().enumerate() {
        for how in ["value", "error"] {
            let answer = app.get(format!("/out/staged/{index}/{how}")).await;
            let cause = causes.lock().unwrap().pop().unwrap();
            assert!(cause.contains(words), "{index}, {how}: {cause}");
            assert_eq!((answer.status().as_u16(), answer.header("x-kept")), (500, Some("1")), "{index}, {how}");
            assert_eq!(answer.header("x-a"), (index == 8).then_some("fine"), "{index}, {how}");
            assert_eq!(answer.header("set-cookie"), None, "{index}, {how}");
        }
    }
    let answer = app.get("/out/staged-fine").await;
    assert_eq!(answer.header("location"), Some("/a%20b%5C"));
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect();
    assert_eq!(
        cookies,
        [
            "__Host-a=; Secure; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ]
    );
}

#[start_runtime::test]
async fn a_header_that_a_problem_cannot_have_makes_it_a_500() {
    let (app, causes) = watched();
    for (name, words) in [("value", "`x-a: b\\nc`"), ("name", "`x a: b`")] {
        let answer = app.get(format!("/out/problem/{name}")).await;
        assert_eq!(answer.status(), 500, "{name}");
        let cause = causes.lock().unwrap().pop().unwrap();
        assert!(cause.contains(words), "{name}: {cause}");
        assert!(answer.json::<Value>().await.unwrap().get("detail").is_none(), "{name}");
    }
    let answer = app.get("/out/problem/fine").await;
    assert_eq!((answer.status().as_u16(), answer.header("location")), (404, Some("/a%20b")));
    assert_eq!(answer.header("www-authenticate"), Some("Basic"));
}

#[start_runtime::test]
async fn downloads_have_names_and_types_that_headers_can_hold() {
    let (app, causes) = watched();
    let answer = app.get("/out/download/text%2Fplain").await;
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    let disposition = answer.header("content-disposition").unwrap();
    assert_eq!(disposition, "attachment; filename=\"ax: y_.css\"; filename*=UTF-8''ax%3A%20y%22.css");
    assert_eq!(app.get("/out/download/text%2Fplain%0Ax:y").await.status(), 500);
    assert_eq!(app.get("/out/download/plain").await.status(), 500);
    assert_eq!(causes.lock().unwrap().len(), 2);
}

#[start_runtime::test]
async fn a_refused_header_of_middleware_or_of_the_hook_is_a_500() {
    let refused = || Response::new("x").header("x-a", "\n");
    let layer = move || {
        from_fn(move |request: actix_web::dev::ServiceRequest, _: actix_web::middleware::Next<_>| async move {
            Ok::<_, actix_web::Error>(
                request.into_response::<actix_web::body::BoxBody, _>(HttpResponse::from(refused())),
            )
        })
    };
    let causes = Arc::new(Mutex::new(Vec::new()));
    let seen = causes.clone();
    let app = app_with(Start::new().wrap(layer).on_error(move |problem, _| {
        seen.lock().unwrap().push(problem.cause().unwrap_or_default().to_owned());
        problem
    }));
    assert_eq!(app.get("/out/staged-fine").await.status(), 500);
    assert!(causes.lock().unwrap()[0].contains("`x-a: \\n`"));
    let app = app_with(Start::new().on_error(move |_, _| refused().status(404)));
    let answer = app.get("/out/nothing").await;
    assert_eq!((answer.status().as_u16(), answer.header("content-type")), (500, Some("application/problem+json")));
}
