//! What middleware may return, and what it sees of the answers of others.

use std::cell::Cell;
use std::time::Duration;

use start_runtime::test::app_with;
use start_runtime::{Next, Start, prelude::*};

use crate::app::{app, program};

thread_local! {
    static RAN: Cell<u32> = const { Cell::new(0) };
}

async fn with_response(event: APIEvent) -> Option<Response> {
    (event.request.query_string() == "stop").then(|| Response::new("response").status(202))
}
async fn with_problem(event: APIEvent) -> Option<Problem> {
    (event.request.query_string() == "stop").then(|| Problem::new(418))
}
async fn with_status(event: APIEvent) -> Option<StatusCode> {
    (event.request.query_string() == "stop").then_some(StatusCode::GONE)
}
async fn with_error(event: APIEvent) -> Result<(), Problem> {
    if event.request.query_string() == "stop" { Err(Problem::conflict("no")) } else { Ok(()) }
}
async fn with_any_error(event: APIEvent) -> Result<Option<Response>, std::num::ParseIntError> {
    if event.request.query_string() == "stop" {
        "x".parse::<u8>()?;
    }
    Ok(None)
}
async fn with_response_as_error(event: APIEvent) -> Result<(), Response> {
    if event.request.query_string() == "stop" { Err(Response::redirect("/login")) } else { Ok(()) }
}
fn at_once(event: APIEvent) -> Option<Problem> {
    (event.request.query_string() == "stop").then(|| Problem::new(451))
}
async fn around(event: APIEvent, next: Next) -> Result<Response, Problem> {
    if event.request.query_string() == "stop" { Err(Problem::new(402)) } else { Ok(next.run().await) }
}
async fn fetched(event: APIEvent, next: Next) -> Result<Response, Problem> {
    if event.request.query_string() == "stop" {
        return Ok(event.fetch("/answers/elsewhere").await?.into());
    }
    Ok(next.run().await)
}
async fn panicking(event: APIEvent) {
    assert!(event.request.query_string() != "stop", "boom-secret");
}
fn panicking_at_once(event: APIEvent) {
    assert!(event.request.query_string() != "stop", "boom-secret");
}

#[api_route(GET, "/answers/elsewhere")]
async fn elsewhere() -> (StatusCode, &'static str) {
    (StatusCode::CREATED, "elsewhere")
}

macro_rules! routes {
    ($($path:literal $module:ident $middleware:ident;)*) => {$(
        #[api_route($path, middleware = $middleware)]
        mod $module {
            async fn GET() -> &'static str {
                super::RAN.set(super::RAN.get() + 1);
                "handler"
            }
        }
    )*};
}
routes! {
    "/answers/response" r1 with_response;
    "/answers/problem" r2 with_problem;
    "/answers/status" r3 with_status;
    "/answers/error" r4 with_error;
    "/answers/any-error" r5 with_any_error;
    "/answers/response-as-error" r6 with_response_as_error;
    "/answers/at-once" r7 at_once;
    "/answers/around" r8 around;
    "/answers/fetched" r9 fetched;
    "/answers/panic" r10 panicking;
    "/answers/panic-at-once" r11 panicking_at_once;
}

#[start_runtime::test]
async fn middleware_answers_early_in_every_form() {
    let app = app();
    for (path, status) in [
        ("response", 202),
        ("problem", 418),
        ("status", 410),
        ("error", 409),
        ("any-error", 500),
        ("response-as-error", 302),
        ("at-once", 451),
        ("around", 402),
        ("fetched", 201),
        ("panic", 500),
        ("panic-at-once", 500),
    ] {
        RAN.set(0);
        let answer = app.get(format!("/answers/{path}?stop")).await;
        assert_eq!((answer.status().as_u16(), RAN.get()), (status, 0), "{path}");
        assert_eq!(answer.header("x-after"), Some("program"), "{path}");
        assert!(!answer.text().await.unwrap().contains("boom-secret"));
        let answer = app.get(format!("/answers/{path}")).await;
        assert_eq!((answer.status().as_u16(), RAN.get()), (200, 1), "{path}");
    }
}

#[api_route("/answers/failing")]
mod failing {
    use super::*;

    #[api_route(GET, "/error")]
    async fn error() -> Result<String, std::num::ParseIntError> {
        "x".parse::<u8>().map(|number| number.to_string())
    }
    #[api_route(GET, "/panic")]
    async fn panic() -> &'static str {
        panic!("boom-secret")
    }
    #[api_route(GET, "/none")]
    async fn none() -> Option<String> {
        None
    }
    #[api_route(GET, "/nothing")]
    async fn nothing() {}
    #[api_route(POST, "/nothing")]
    async fn nothing_posted() {}
    #[api_route(GET, "/argument/[id]")]
    async fn argument(id: u32) -> String {
        id.to_string()
    }
    #[api_route(POST, "/body")]
    async fn body(Json(number): Json<u32>) -> String {
        number.to_string()
    }
    #[api_route(GET, "/broken")]
    async fn broken() -> Response {
        Response::new("x").header("a b", "c")
    }
    #[api_route(GET, "/interim")]
    async fn interim() -> Response {
        Response::empty().status(103)
    }
    #[api_route(GET, "/slow")]
    async fn slow() -> &'static str {
        actix_web::rt::time::sleep(Duration::from_secs(60)).await;
        "late"
    }
}

#[start_runtime::test]
async fn errors_of_others_pass_on_their_way_out() {
    let app = app_with(Start::new().middleware(program).request_timeout(Duration::from_millis(50)));
    for (method, path, status) in [
        ("GET", "/answers/failing/error", 500),
        ("GET", "/answers/failing/panic", 500),
        ("HEAD", "/answers/failing/panic", 500),
        ("GET", "/answers/failing/none", 404),
        ("GET", "/answers/failing/nothing", 404),
        ("POST", "/answers/failing/nothing", 204),
        ("GET", "/answers/failing/argument/x", 400),
        ("POST", "/answers/failing/body", 415),
        ("GET", "/answers/failing/broken", 500),
        ("GET", "/answers/failing/slow", 503),
    ] {
        let answer = app.request(method.parse().unwrap(), path).await;
        assert_eq!((answer.status().as_u16(), answer.header("x-after")), (status, Some("program")), "{method} {path}");
        if status != 204 {
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
        }
        assert!(!answer.text().await.unwrap().contains("boom-secret"), "{method} {path}");
    }
    assert_eq!(app.get("/answers/failing/interim").await.status(), 500);
}

#[start_runtime::test]
async fn middleware_that_does_not_come_back_is_cut_off_by_the_timeout() {
    let slow = async |_: APIEvent, next: Next| {
        let answer = next.run().await;
        actix_web::rt::time::sleep(Duration::from_secs(60)).await;
        answer
    };
    let start = Start::new().middleware(program).middleware_at("/answers", slow);
    let app = app_with(start.request_timeout(Duration::from_millis(50)));
    let answer = app.get("/answers/elsewhere").await;
    assert_eq!((answer.status().as_u16(), answer.header("x-after")), (503, Some("program")));
}

#[start_runtime::test]
async fn the_time_of_a_handler_is_not_that_of_the_middleware_around() {
    let patient = async |_: APIEvent, next: Next| {
        actix_web::rt::time::sleep(Duration::from_millis(60)).await;
        let answer = next.run().await;
        actix_web::rt::time::sleep(Duration::from_millis(60)).await;
        answer
    };
    let start = Start::new().middleware(patient).middleware(patient).request_timeout(Duration::from_millis(100));
    assert_eq!(app_with(start).get("/answers/elsewhere").await.status(), 201);
}

#[start_runtime::test]
async fn problems_of_middleware_are_seen_by_on_error() {
    let start = Start::new()
        .middleware(async |_: APIEvent| Err::<(), _>(Problem::new(418)))
        .on_error(|problem, _| Response::error(problem.status(), "mine"));
    let answer = app_with(start).get("/answers/elsewhere").await;
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.text().await.unwrap(), "{\"error\":\"mine\"}");
}
