//! What goes wrong, in the shape of tRPC.

use std::sync::{Arc, Mutex};

use crate::calls::asked;
use crate::program::{Greeting, app, app_of, router};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::test::app_with;
use start_runtime::trpc::Code;
use start_runtime::{Response, Start};

#[start_runtime::test]
async fn each_code_has_its_number_and_status() {
    let app = app();
    for code in Code::ALL {
        let (status, body) = asked(&app, &format!("/t/failsWith?input=%22{code}%22")).await;
        assert_eq!(status, code.status().as_u16(), "{code}");
        let expected = json!({ "error": {
            "message": format!("m-{code}"),
            "code": code.number(),
            "data": { "code": code.key(), "httpStatus": status, "path": "failsWith" },
        } });
        assert_eq!(body, expected);
        assert_eq!(body.to_string(), expected.to_string(), "the order of the members");
    }
    assert_eq!(Code::ALL.len(), 21);
}

#[start_runtime::test]
async fn errors_of_any_kind_have_the_shape() {
    let app = app();
    for (path, code, message) in [
        ("fallibleNothing?input=false", "PAYMENT_REQUIRED", "PAYMENT_REQUIRED"),
        ("notANumber", "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        ("panics", "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        ("ioError", "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        ("statusAndText", "TOO_MANY_REQUESTS", "Too Many Requests"),
        ("retryAfter", "SERVICE_UNAVAILABLE", "later"),
        ("post.byId.firstTitle?input=3", "NOT_FOUND", "there is no post 3"),
    ] {
        let (status, body) = asked(&app, &format!("/t/{path}")).await;
        let error = &body["error"];
        assert_eq!((&error["data"]["code"], &error["message"]), (&json!(code), &json!(message)), "{path}");
        assert_eq!(error["data"]["httpStatus"], status, "{path}");
        assert!(!body.to_string().contains("secret"), "{body}");
    }
    assert_eq!(asked(&app, "/t/post.byId.firstTitle?input=3").await.1["error"]["data"]["id"], 3);
    assert_eq!(app.get("/t/retryAfter").await.header("retry-after"), Some("7"));
}

#[start_runtime::test]
async fn a_formatter_changes_the_shape_and_the_status() {
    let app = app_of(router().error_formatter(|format| {
        let mut shape = format.shape;
        shape["data"]["kind"] = json!([format.kind, format.path, format.event.request.method().as_str()]);
        if format.error.code() == Code::NotFound {
            shape["data"]["httpStatus"] = 410.into();
        }
        shape
    }));
    let (status, body) = asked(&app, "/t/nope").await;
    assert_eq!((status, &body["error"]["data"]["kind"]), (410, &json!([null, "nope", "GET"])));
    let (status, body) = asked(&app, "/t/failsWith?input=%22CONFLICT%22").await;
    assert_eq!((status, &body["error"]["data"]["kind"]), (409, &json!(["query", "failsWith", "GET"])));
    let (_, body) = asked(&app, "/t/hello?batch=1&connectionParams=1").await;
    assert_eq!(body["error"]["data"]["kind"], json!([null, null, "GET"]));
    let text = app.get("/t/ids?input=1").await.text().await.unwrap();
    assert!(text.contains(r#""kind":["subscription","ids","GET"]"#), "{text}");
}

#[start_runtime::test]
async fn on_error_sees_the_errors_and_does_not_change_them() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = seen.clone();
    let start = Start::new().data(Greeting("hello")).trpc_router("/t", router()).on_error(move |problem, _| {
        kept.lock().unwrap().push(problem.to_string());
        Response::new("another").status(418)
    });
    let app = app_with(start);
    let (status, body) = asked(&app, "/t/panics").await;
    assert_eq!((status, &body["error"]["data"]["code"]), (500, &json!("INTERNAL_SERVER_ERROR")));
    assert!(seen.lock().unwrap()[0].contains("panicked: secret None"), "{seen:?}");
}

#[start_runtime::test]
async fn a_call_that_takes_too_long_is_an_error_of_its_own() {
    let app = app_with(
        Start::new()
            .data(Greeting("hello"))
            .request_timeout(std::time::Duration::from_millis(200))
            .trpc_router("/t", router()),
    );
    let (status, body) = asked(&app, "/t/slow,hello?batch=1&input=%7B%220%22:2000%7D").await;
    assert_eq!(status, 207, "{body}");
    assert_eq!(body[0]["error"]["data"]["code"], "SERVICE_UNAVAILABLE");
    assert_eq!(body[1]["result"]["data"], "hello world");
}

#[start_runtime::test]
async fn an_error_of_a_procedure_is_a_problem_in_a_route() {
    let app = app();
    let answer = app.get("/nested/owl").await;
    assert_eq!(answer.json::<Value>().await.ok(), None);
    assert_eq!(app.get("/nested/owl").await.text().await.unwrap(), "hello owl");
    let problem: Problem = start_runtime::trpc::Error::new(Code::ParseError, "no JSON").with("line", 3).into();
    assert_eq!((problem.status().as_u16(), problem.detail()), (400, Some("no JSON")));
    let back = start_runtime::trpc::Error::from(problem);
    assert_eq!((back.code(), back.message(), back.data("line")), (Code::ParseError, "no JSON", Some(&json!(3))));
    for (status, code) in
        [(400, Code::BadRequest), (404, Code::NotFound), (418, Code::BadRequest), (507, Code::InternalServerError)]
    {
        assert_eq!(start_runtime::trpc::Error::from(Problem::new(status)).code(), code, "{status}");
    }
}
