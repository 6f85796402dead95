//! What a procedure says of itself, for its guards and middleware.

use std::cell::Cell;

use crate::calls::{asked, input};
use start_runtime::prelude::*;
use start_runtime::serde_json::json;
use start_runtime::test::{TestApp, app_with};
use start_runtime::{Next, Response, Start, trpc};

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Role {
    Student,
    Teacher,
}

/// How many owls a call costs.
#[derive(Clone, Copy)]
struct Cost(u8);

thread_local! {
    static LOOKED_UP: Cell<u32> = const { Cell::new(0) };
}

#[derive(Clone)]
struct Visitor(Role);

#[extractor]
async fn visitor(event: APIEvent) -> Result<Visitor, Problem> {
    LOOKED_UP.set(LOOKED_UP.get() + 1);
    let is_teacher = event.request.header("x-role") == Some("teacher");
    Ok(Visitor(if is_teacher { Role::Teacher } else { Role::Student }))
}

/// Found with the role that the procedure needs, so it holds for one call.
#[derive(Clone)]
struct Permission(String);

#[extractor]
async fn require_role(event: APIEvent, visitor: Visitor) -> Result<Permission, Problem> {
    let Some(procedure) = event.procedure() else { return Ok(Permission("a route".to_owned())) };
    if procedure.meta::<Role>().is_some_and(|needed| visitor.0 < needed) {
        return Err(Problem::forbidden(format!("{} is for teachers", procedure.path())));
    }
    Ok(Permission(format!("{} {}", procedure.kind(), procedure.path())))
}

/// It asks for what asks for the procedure.
#[extractor]
async fn require_permission(_permission: Permission) -> Result<(), Problem> {
    Ok(())
}

async fn priced(event: APIEvent, next: Next) -> Response {
    let cost = event.procedure().and_then(|procedure| procedure.meta::<Cost>());
    next.run().await.header("x-cost", cost.map_or_else(|| "none".to_owned(), |Cost(owls)| owls.to_string()))
}

fn router() -> trpc::Router {
    trpc::router!()
}

fn app() -> TestApp {
    app_with(Start::new().trpc_router("/m", router()))
}

#[trpc::query(guard = require_role, meta = Role::Student)]
async fn points(permission: Permission) -> String {
    permission.0
}

#[trpc::mutation(guard = require_role, meta = (Cost(5), Role::Teacher), middleware = priced)]
async fn give_points(permission: Permission) -> String {
    permission.0
}

#[trpc::query(guard = require_role, meta = Role::Teacher)]
async fn secrets() -> &'static str {
    "the stone"
}

#[trpc::query(guard = require_permission, meta = Role::Teacher)]
async fn nested_secrets() -> &'static str {
    "the mirror"
}

#[trpc::query(middleware = priced)]
async fn free(permission: Permission) -> String {
    permission.0
}

#[trpc::query]
async fn through_another(event: APIEvent, _permission: Permission) -> Result<String, trpc::Error> {
    event.trpc("secrets", ()).await
}

#[api_route("/meta/route")]
async fn GET(event: APIEvent, permission: Permission) -> String {
    format!("{} {}", permission.0, event.procedure().is_none())
}

#[start_runtime::test]
async fn guards_and_middleware_read_what_the_attribute_says() {
    let student = app();
    let teacher = app().with_header("x-role", "teacher");
    for (app, path, status, expected) in [
        (&student, "points", 200, json!("query points")),
        (&student, "secrets", 403, json!("secrets is for teachers")),
        (&student, "nestedSecrets", 403, json!("nestedSecrets is for teachers")),
        (&teacher, "secrets", 200, json!("the stone")),
        (&student, "free", 200, json!("query free")),
        (&student, "throughAnother", 403, json!("secrets is for teachers")),
        (&teacher, "throughAnother", 200, json!("the stone")),
    ] {
        let (got, body) = asked(app, &format!("/m/{path}")).await;
        let brief = if status == 200 { &body["result"]["data"] } else { &body["error"]["message"] };
        assert_eq!((got, brief), (status, &expected), "{path}: {body}");
    }
    let paid = teacher.post("/m/givePoints").json(&json!(null)).await;
    assert_eq!(paid.header("x-cost"), Some("5"));
    assert_eq!(student.get("/m/free").await.header("x-cost"), Some("none"));
    assert_eq!(student.get("/meta/route").await.text().await.unwrap(), "a route true");
}

#[start_runtime::test]
async fn what_a_guard_finds_about_a_procedure_holds_for_no_other_call_of_the_batch() {
    let student = app();
    let forbidden = |path: &str| json!(format!("{path} is for teachers"));
    for (paths, expected) in [
        ("points,secrets", [json!("query points"), forbidden("secrets")]),
        ("secrets,points", [forbidden("secrets"), json!("query points")]),
        ("free,nestedSecrets", [json!("query free"), forbidden("nestedSecrets")]),
        ("points,free", [json!("query points"), json!("query free")]),
        ("throughAnother,points", [forbidden("secrets"), json!("query points")]),
    ] {
        let (_, body) = asked(&student, &format!("/m/{paths}?batch=1&input={}", input(&json!({})))).await;
        for (index, expected) in expected.iter().enumerate() {
            let answer = &body[index];
            let brief = answer.pointer("/result/data").or_else(|| answer.pointer("/error/message"));
            assert_eq!(brief, Some(expected), "{paths}: {body}");
        }
    }
}

#[start_runtime::test]
async fn what_holds_for_the_request_is_found_once_for_a_batch() {
    LOOKED_UP.set(0);
    asked(&app(), "/m/points,free,points?batch=1").await;
    assert_eq!(LOOKED_UP.get(), 1);
}
