//! Guards, middleware and extractors in front of procedures, and calls by the program itself.

use crate::calls::asked;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{TestApp, app_with};
use start_runtime::{Next, Response, Start, trpc};

/// Found by a token. It cannot be copied: each call finds its own.
pub struct User(String);

#[extractor(security = bearer("token"))]
async fn current_user(event: APIEvent) -> Result<User, Problem> {
    let token = event.request.bearer_token()?;
    token.map(|token| User(token.into())).ok_or_else(|| Problem::unauthorized("who is asking?"))
}

#[extractor]
async fn only_owls(user: User) -> Result<(), Problem> {
    if user.0 == "owl" { Ok(()) } else { Err(Problem::forbidden("owls only")) }
}

async fn marked(_: APIEvent, next: Next) -> Response {
    next.run().await.header("x-marked", "yes")
}

async fn closed(event: APIEvent) -> Option<Problem> {
    event.request.header("x-open").is_none().then(|| Problem::new(503).with_detail("closed"))
}

async fn replaced(_: APIEvent, next: Next) -> Response {
    let answer = next.run().await;
    if answer.status_code() == 409 { Response::json(json!({ "instead": true })) } else { answer }
}

fn router() -> trpc::Router {
    trpc::router!()
}

pub fn app() -> TestApp {
    app_with(Start::new().trpc_router("/g", router()))
}

#[trpc::query]
async fn name(user: User) -> String {
    user.0
}

#[trpc::query]
async fn maybe_name(user: Option<User>) -> Option<String> {
    user.map(|user| user.0)
}

#[trpc::query(guard = only_owls)]
async fn guarded(input: u8) -> u8 {
    input
}

#[trpc::query(middleware = (marked, closed))]
async fn behind() -> &'static str {
    "here"
}

#[trpc::query(middleware = replaced)]
async fn conflicting(input: bool) -> Result<u8, trpc::Error> {
    if input { Err(trpc::Error::conflict("no")) } else { Ok(1) }
}

#[trpc::query(middleware = marked)]
async fn marked_error() -> Result<u8, trpc::Error> {
    Err(trpc::Error::new(trpc::Code::PreconditionRequired, "say more").with("more", 1))
}

mod below {
    use super::*;

    start_runtime::guard!(super::only_owls);

    #[trpc::query]
    async fn inside() -> u8 {
        1
    }
}

#[trpc::query]
async fn by_others(event: APIEvent, input: String) -> Result<Value, trpc::Error> {
    let input = start_runtime::serde_json::from_str::<Value>(&input).unwrap_or_default();
    event.trpc(input["path"].as_str().unwrap_or_default(), &input["input"]).await
}

#[trpc::query]
async fn endless(event: APIEvent) -> Result<u8, trpc::Error> {
    event.trpc("endless", ()).await
}

#[start_runtime::test]
async fn guards_decide_before_the_input_is_read() {
    let owl = app().with_header("authorization", "Bearer owl");
    let cat = app().with_header("authorization", "Bearer cat");
    let nobody = app();
    for (app, path, status, answer) in [
        (&owl, "name", 200, json!("owl")),
        (&nobody, "name", 401, json!("UNAUTHORIZED")),
        (&nobody, "maybeName", 200, Value::Null),
        (&owl, "guarded?input=1", 200, json!(1)),
        (&owl, "guarded", 400, json!("BAD_REQUEST")),
        (&cat, "guarded", 403, json!("FORBIDDEN")),
        (&nobody, "guarded", 401, json!("UNAUTHORIZED")),
        (&owl, "below.inside", 200, json!(1)),
        (&cat, "below.inside", 403, json!("FORBIDDEN")),
    ] {
        let (got, body) = asked(app, &format!("/g/{path}")).await;
        let brief = if status == 200 { &body["result"]["data"] } else { &body["error"]["data"]["code"] };
        assert_eq!((got, brief), (status, &answer), "{path}: {body}");
    }
    assert_eq!(nobody.get("/g/name").await.header("www-authenticate"), Some("Bearer"));
    let (status, body) = asked(&owl, "/g/name,name,guarded?batch=1&input=%7B%222%22:3%7D").await;
    assert_eq!(
        (status, &body[0], &body[1]["result"]["data"], &body[2]["result"]["data"]),
        (200, &json!({ "result": { "data": "owl" } }), &json!("owl"), &json!(3))
    );
}

#[start_runtime::test]
async fn middleware_sees_a_call_and_may_answer_it() {
    let app = app();
    let open = app.with_header("x-open", "1");
    let answer = open.get("/g/behind").await;
    assert_eq!((answer.status().as_u16(), answer.header("x-marked")), (200, Some("yes")));
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "result": { "data": "here" } }));
    let (status, body) = asked(&app, "/g/behind").await;
    assert_eq!(
        (status, &body["error"]["message"], &body["error"]["data"]["path"]),
        (503, &json!("closed"), &json!("behind"))
    );
    assert_eq!(asked(&app, "/g/conflicting?input=false").await, (200, json!({ "result": { "data": 1 } })));
    assert_eq!(
        asked(&app, "/g/conflicting?input=true").await,
        (200, json!({ "result": { "data": { "instead": true } } }))
    );
    let (status, body) = asked(&app, "/g/markedError").await;
    assert_eq!((status, &body["error"]["data"]["more"]), (428, &json!(1)));
}

#[start_runtime::test]
async fn a_program_calls_its_procedures_through_their_guards() {
    let owl = app().with_header("authorization", "Bearer owl");
    let cat = app().with_header("authorization", "Bearer cat");
    let path = |path: &str, input: Value| {
        let text = json!(json!({ "path": path, "input": input }).to_string());
        format!("/g/byOthers?input={}", crate::calls::input(&text))
    };
    assert_eq!(asked(&owl, &path("guarded", json!(4))).await, (200, json!({ "result": { "data": 4 } })));
    for (app, called, input, status, code) in [
        (&cat, "guarded", json!(4), 403, "FORBIDDEN"),
        (&owl, "guarded", json!("x"), 400, "BAD_REQUEST"),
        (&owl, "guarded", Value::Null, 400, "BAD_REQUEST"),
        (&owl, "nope", Value::Null, 404, "NOT_FOUND"),
        (&owl, "endless", Value::Null, 500, "INTERNAL_SERVER_ERROR"),
        (&owl, "octets", Value::Null, 500, "INTERNAL_SERVER_ERROR"),
        (&owl, "numbers", json!(1), 500, "INTERNAL_SERVER_ERROR"),
    ] {
        let (got, body) = asked(app, &path(called, input)).await;
        assert_eq!((got, &body["error"]["data"]["code"]), (status, &json!(code)), "{called}");
    }
}
