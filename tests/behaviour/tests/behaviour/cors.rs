//! CORS: which pages of other origins may call the program and read its answers.

use std::time::Duration;

use start_runtime::test;
use start_runtime::{Cors, FetchResponse, Response, prelude::*};

#[api_route("/cors/app")]
mod app {
    use super::*;

    async fn GET(event: APIEvent) -> Result<Response, Problem> {
        match event.request.query_string() {
            "missing" => Err(Problem::not_found("on purpose")),
            "panic" => panic!("boom-secret"),
            "vary" => Ok(Response::new("x").header("vary", "Accept-Language, origin")),
            _ => Ok(Response::new("app")),
        }
    }

    async fn PUT(Json(number): Json<u32>) -> String {
        number.to_string()
    }

    /// Must not be reached by a preflight.
    async fn OPTIONS() -> Response {
        Response::empty().header("x-own", "yes")
    }
}

#[api_route(GET, "/cors/any")]
async fn any() -> &'static str {
    "any"
}

#[api_route(GET, "/cors/[house]/letters")]
async fn letters(house: String) -> String {
    house
}

#[api_route(GET, "/cors/fetching")]
async fn fetching(event: APIEvent) -> Result<String, Problem> {
    let answer = event.fetch("/cors/any").await?;
    Ok(format!("{:?}", answer.header("access-control-allow-origin")))
}

const APP: &str = "https://app.example";

fn program() -> Start {
    let cors = Cors::new()
        .origin(APP)
        .origin("https://*.trusted.example")
        .methods(["GET", "PUT"])
        .headers(["x-token", "content-type"])
        .expose(["ETag"])
        .credentials()
        .max_age(Duration::from_secs(600));
    Start::new()
        .cors_at("/cors/app", cors)
        .cors_at("/cors/any", Cors::new().any_origin())
        .cors_at("/cors/any/not", Cors::none())
        .cors_at("/cors/[house]/letters", Cors::new().origin("https://owls.example"))
}

/// Names and values of the fields of CORS, and Vary.
fn fields(answer: &FetchResponse) -> Vec<String> {
    let mut fields: Vec<String> = answer
        .headers()
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("access-control-") || *name == "vary")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    fields.sort();
    fields
}

fn of_app(origin: &str) -> Vec<String> {
    let mut fields = vec![
        "access-control-allow-credentials: true".to_owned(),
        format!("access-control-allow-origin: {origin}"),
        "access-control-expose-headers: ETag".to_owned(),
    ];
    fields.push("vary: Origin".to_owned());
    fields
}

#[start_runtime::test]
async fn every_answer_to_an_allowed_origin_has_the_fields() {
    let app = test::app_with(program()).with_header("origin", APP);
    let cases = [
        (app.get("/cors/app"), 200),
        (app.head("/cors/app"), 200),
        (app.get("/cors/app?missing"), 404),
        (app.get("/cors/app?panic"), 500),
        (app.get("/cors/app/"), 200),
        (app.get("/cors/%61pp"), 200),
        (app.get("/cors/app/nothing"), 404),
        (app.get("/cors/app/nothing/below"), 404),
        (app.get("/cors/app/%zz"), 400),
        (app.delete("/cors/app"), 405),
        (app.put("/cors/app").body("x"), 415),
        (app.put("/cors/app").header("content-type", "application/json").body("{"), 400),
        (app.put("/cors/app").json("text"), 422),
        (app.put("/cors/app").json(&1), 200),
        (app.options("/cors/app"), 200),
    ];
    for (number, (request, status)) in cases.into_iter().enumerate() {
        let answer = request.await;
        assert_eq!((answer.status().as_u16(), fields(&answer)), (status, of_app(APP)), "case {number}");
    }
    // A part of another name is another part.
    for path in ["/cors/application", "/cors", "/", "/cors/none"] {
        assert!(fields(&app.get(path).await).is_empty(), "{path}");
    }
}

#[start_runtime::test]
async fn errors_and_panics_of_middleware_have_the_fields() {
    let failing = |panics: bool| {
        program().wrap(move || {
            actix_web::middleware::from_fn(
                move |_, _: actix_web::middleware::Next<actix_web::body::BoxBody>| async move {
                    assert!(!panics, "boom-secret");
                    Err::<actix_web::dev::ServiceResponse, _>(Problem::new(418).into())
                },
            )
        })
    };
    for (panics, status) in [(false, 418), (true, 500)] {
        let app = test::app_with(failing(panics)).with_header("origin", APP);
        let answer = app.get("/cors/app").await;
        assert_eq!((answer.status().as_u16(), fields(&answer)), (status, of_app(APP)));
        assert!(!answer.text().await.unwrap().contains("boom-secret"));
        // A preflight does not get there.
        let preflight = app.options("/cors/app").header("access-control-request-method", "PUT").await;
        assert_eq!(preflight.status(), 204);
    }
}

#[start_runtime::test]
async fn another_origin_is_served_as_anybody() {
    let app = test::app_with(program());
    let others = [
        "null",
        "",
        "*",
        "https://evil.example",
        "http://app.example",
        "https://app.example:444",
        "https://app.example.evil.example",
        "https://APP.example",
        "https://trusted.example",
        "https://a.trusted.example:444",
        "https://a_b.trusted.example",
        "https://eviltrusted.example",
        "https://app.example, https://app.example",
    ];
    for origin in others {
        for query in ["", "?missing", "?panic"] {
            let answer = app.get(format!("/cors/app{query}")).header("origin", origin).await;
            assert_eq!(fields(&answer), ["vary: Origin"], "{origin} {query}");
        }
        let preflight = app
            .options("/cors/app")
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "x-token")
            .await;
        assert_eq!(fields(&preflight), ["vary: Origin"], "{origin}");
        assert_eq!((preflight.status().as_u16(), preflight.header("x-own")), (204, None), "{origin}");
    }
    assert_eq!(fields(&app.get("/cors/app").await), ["vary: Origin"]);
    for origin in ["https://a.trusted.example", "https://a.b-2.trusted.example"] {
        assert_eq!(fields(&app.get("/cors/app").header("origin", origin).await), of_app(origin), "{origin}");
    }
}

#[start_runtime::test]
async fn a_preflight_grants_what_is_set_and_no_more() {
    let app = test::app_with(program()).with_header("origin", APP);
    let asked = [
        ("GET", None),
        ("PUT", Some("content-type")),
        ("PATCH", Some("x-token")),
        ("put", Some("authorization, x-evil")),
        ("PROPFIND", None),
    ];
    for (method, headers) in asked {
        let mut request = app
            .options("/cors/app")
            .header("access-control-request-method", method)
            .header("access-control-request-private-network", "true");
        if let Some(headers) = headers {
            request = request.header("access-control-request-headers", headers);
        }
        let answer = request.await;
        assert_eq!(
            fields(&answer),
            [
                "access-control-allow-credentials: true",
                "access-control-allow-headers: x-token, content-type",
                "access-control-allow-methods: GET, PUT",
                "access-control-allow-origin: https://app.example",
                "access-control-max-age: 600",
                "vary: Origin",
            ],
            "{method}"
        );
        assert_eq!((answer.status().as_u16(), answer.header("x-own")), (204, None));
        assert!(answer.text().await.unwrap().is_empty());
    }
    // Without a method that is asked for, OPTIONS is a request like others.
    assert_eq!(app.options("/cors/app").await.header("x-own"), Some("yes"));
}

#[start_runtime::test]
async fn any_origin_is_a_star_for_everybody() {
    let app = test::app_with(program());
    for origin in [None, Some("https://a.example"), Some("null")] {
        let request = app.get("/cors/any");
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        assert_eq!(fields(&request.await), ["access-control-allow-origin: *"], "{origin:?}");
    }
    let preflight =
        app.options("/cors/any").header("origin", "null").header("access-control-request-method", "GET").await;
    assert_eq!(fields(&preflight), ["access-control-allow-methods: GET, HEAD, POST", "access-control-allow-origin: *"]);
    assert!(fields(&app.get("/cors/any/not").header("origin", APP).await).is_empty());
}

#[start_runtime::test]
async fn a_part_has_the_rules_that_are_closest() {
    let all = Start::new().cors(Cors::new().any_origin()).cors_at("/cors/app", Cors::none());
    let app = test::app_with(all).with_header("origin", APP);
    assert!(fields(&app.get("/cors/app").await).is_empty());
    for path in ["/cors/any", "/", "/docs"] {
        assert_eq!(app.get(path).await.header("access-control-allow-origin"), Some("*"), "{path}");
    }
    let owls = test::app_with(program()).with_header("origin", "https://owls.example");
    let answer = owls.get("/cors/ravenclaw/letters").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://owls.example"));
    // Not of the part with fewer segments, although its name is written out.
    assert_eq!(owls.get("/cors/app/letters").await.header("access-control-allow-origin"), Some("https://owls.example"));
    assert_eq!(owls.get("/cors/app").await.header("access-control-allow-origin"), None);
}

#[start_runtime::test]
async fn vary_is_named_once_and_kept() {
    let app = test::app_with(program()).with_header("origin", APP);
    let answer = app.get("/cors/app?vary").await;
    let varies: Vec<_> = answer.headers().get_all("vary").map(|value| value.to_str().unwrap()).collect();
    assert_eq!(varies, ["Accept-Language, origin"]);
}

#[start_runtime::test]
async fn a_fetched_answer_has_no_fields() {
    let app = test::app_with(program());
    assert_eq!(app.get("/cors/fetching").await.text().await.unwrap(), "None");
}

#[start_runtime::test]
async fn settings_that_no_browser_follows_stop_the_start() {
    let cases = [
        (Cors::new(), "no origin is allowed"),
        (Cors::new().any_origin().credentials(), "no browser takes both"),
        (Cors::new().origin("*"), "any_origin()"),
        (Cors::new().origin("https://app.example/"), "leave out what follows"),
        (Cors::new().origin("app.example"), "scheme and host"),
        (Cors::new().origin("https://app.example:443"), "leave out the port"),
        (Cors::new().origin("https://*"), "everything else is a host"),
        (Cors::new().origin(APP).methods(["put"]), "in capitals"),
        (Cors::new().origin(APP).methods(["*"]), "in capitals"),
        (Cors::new().origin(APP).methods(Vec::<String>::new()), "name one"),
        (Cors::new().origin(APP).headers(["*"]), "name the headers"),
        (Cors::new().origin(APP).expose(["a b"]), "names of headers"),
    ];
    for (cors, expected) in cases {
        let error = error(Start::new().cors(cors)).await;
        assert!(error.contains(expected), "{expected}: {error}");
    }
    for (path, expected) in
        [("cors", "begins with a slash"), ("/[...rest]", "catch-all"), ("/a//b", "empty"), ("/x/", "set twice")]
    {
        let cors = || Cors::new().any_origin();
        let error = error(Start::new().cors_at("/x", cors()).cors_at(path, cors())).await;
        assert!(error.contains(expected) && error.contains(path), "{expected}: {error}");
    }
}

async fn error(start: Start) -> String {
    match start.listen(([127, 0, 0, 1], 0).into()).await {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}
