//! Bodies: which are read, which are refused, and with which messages.

use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Form, test};

#[derive(Serialize, Deserialize)]
struct Student {
    name: String,
    year: u16,
    #[serde(default)]
    tags: Vec<String>,
    pet: Option<Pet>,
}

#[derive(Serialize, Deserialize)]
struct Pet {
    kind: String,
}

#[api_route("/b/json")]
mod json_body {
    use super::*;

    async fn POST(Json(student): Json<Student>) -> Student {
        student
    }

    async fn PUT(event: APIEvent) -> Result<Student, Problem> {
        event.request.json().await
    }
}

#[api_route("/b/form")]
mod form_body {
    use super::*;

    async fn POST(Form(student): Form<Student>) -> Student {
        student
    }

    async fn PUT(event: APIEvent) -> Result<Student, Problem> {
        event.request.form().await
    }
}

#[api_route(POST, "/b/text")]
async fn text_body(event: APIEvent) -> Result<String, Problem> {
    event.request.text().await
}

#[api_route(POST, "/b/bytes")]
async fn bytes_body(event: APIEvent) -> Result<usize, Problem> {
    Ok(event.request.bytes().await?.len())
}

#[api_route(POST, "/b/actix")]
async fn actix_body(body: actix_web::web::Bytes) -> usize {
    body.len()
}

#[api_route(POST, "/b/actix-json")]
async fn actix_json(body: actix_web::web::Json<Student>) -> Student {
    body.into_inner()
}

#[api_route(POST, "/b/twice")]
async fn twice(event: APIEvent, Json(_): Json<Value>) -> Result<String, Problem> {
    event.request.text().await
}

const JSON: (&str, &str) = ("content-type", "application/json");

async fn post(path: &str, content_type: (&str, &str), body: &str) -> (u16, Value) {
    let answer = test::app().post(path).header(content_type.0, content_type.1).body(body.to_owned()).await;
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

#[start_runtime::test]
async fn a_json_body_is_read() {
    let app = test::app();
    let student = json!({ "name": "Harry", "year": 1991, "tags": ["seeker"], "pet": { "kind": "owl" } });
    for content_type in
        ["application/json", "application/json; charset=utf-8", "application/merge-patch+json", "Application/JSON"]
    {
        let answer = app.post("/b/json").json(&student).header("content-type", content_type).await;
        assert_eq!(answer.json::<Value>().await.unwrap(), student, "{content_type}");
    }
    assert_eq!(app.put("/b/json").json(&student).await.json::<Value>().await.unwrap(), student);
    assert_eq!(app.post("/b/actix-json").json(&student).await.json::<Value>().await.unwrap(), student);
}

#[start_runtime::test]
async fn broken_json_is_a_400_with_line_and_column() {
    for path in ["/b/json", "/b/actix-json"] {
        let (status, problem) = post(path, JSON, "{\n  \"name\": \"Harry\",,\n}").await;
        assert_eq!((status, &problem["line"], &problem["column"]), (400, &json!(2), &json!(19)), "{path}: {problem}");
    }
    for body in ["", "{", "[1,]", "{\"name\": \"Harry\", \"year\": 1991} trailing", "nul", "{\"name\": 5, broken"] {
        let (status, problem) = post("/b/json", JSON, body).await;
        assert_eq!(status, 400, "{body:?}: {problem}");
    }
}

#[start_runtime::test]
async fn wrong_json_is_a_422_with_a_pointer() {
    let cases = [
        (r#"{"name": "Harry", "year": "x"}"#, "#/year"),
        (r#"{"name": "Harry", "year": 70000}"#, "#/year"),
        (r#"{"name": "Harry"}"#, "#/year"),
        (r#"{"name": "Harry", "year": 1, "tags": ["a", 7]}"#, "#/tags/1"),
        (r#"{"name": "Harry", "year": 1, "pet": {}}"#, "#/pet/kind"),
        (r#"{"name": "Harry", "year": 1, "pet": {"kind": 1}}"#, "#/pet/kind"),
        ("[]", "#/name"),
        ("7", "#"),
    ];
    for (body, pointer) in cases {
        let (status, problem) = post("/b/json", JSON, body).await;
        let pointed = &problem["errors"][0]["pointer"];
        assert_eq!(status, 422, "{body}: {problem}");
        assert!(pointed == pointer || body == "[]", "{body}: {problem}");
    }
}

#[start_runtime::test]
async fn another_content_type_is_a_415() {
    let app = test::app();
    for path in ["/b/json", "/b/form"] {
        for content_type in ["text/plain", "application/xml", "", "json"] {
            let (status, problem) = post(path, ("content-type", content_type), "{}").await;
            assert_eq!(status, 415, "{path} {content_type}: {problem}");
        }
        assert_eq!(app.post(path).body("{}").await.status(), 415, "{path} without a content type");
    }
}

#[start_runtime::test]
async fn a_compressed_body_is_a_415() {
    let app = test::app();
    for (path, content_type) in
        [("/b/json", "application/json"), ("/b/form", "application/x-www-form-urlencoded"), ("/b/text", "text/plain")]
    {
        let answer =
            app.post(path).header("content-type", content_type).header("content-encoding", "gzip").body("x").await;
        assert_eq!((answer.status().as_u16(), answer.header("accept-encoding")), (415, Some("identity")), "{path}");
    }
    assert_eq!(app.post("/b/bytes").header("content-encoding", "gzip").body("x").await.status(), 200);
}

#[start_runtime::test]
async fn a_form_is_read_and_all_its_bad_fields_are_told() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let (status, student) = post("/b/form", form, "name=Harry+P%C3%B6tter&year=1991&tags=a&tags=b").await;
    assert_eq!((status, &student["name"], &student["tags"]), (200, &json!("Harry Pötter"), &json!(["a", "b"])));
    let answer = test::app().put("/b/form").form(&[("name", "Ron"), ("year", "1991")]).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["name"], "Ron");
    let (status, problem) = post("/b/form", form, "year=x").await;
    let names: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["name"]).collect();
    assert_eq!(status, 422, "{problem}");
    assert!(names.contains(&&json!("year")), "{problem}");
}

#[start_runtime::test]
async fn a_body_over_the_limit_is_a_413() {
    let app = test::app_with(Start::new().body_limit(100));
    for (path, content_type) in [
        ("/b/json", "application/json"),
        ("/b/form", "application/x-www-form-urlencoded"),
        ("/b/text", "text/plain"),
        ("/b/bytes", "text/plain"),
        ("/b/actix", "text/plain"),
        ("/b/actix-json", "application/json"),
    ] {
        let answer = app.post(path).header("content-type", content_type).body("x".repeat(101)).await;
        assert_eq!(answer.status(), 413, "{path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
    }
    assert_eq!(app.post("/b/text").body("x".repeat(100)).await.status(), 200);
    assert_eq!(test::app().post("/b/bytes").body(vec![0; 2 * 1024 * 1024]).await.status(), 200);
    assert_eq!(test::app().post("/b/actix").body(vec![0; 2 * 1024 * 1024]).await.status(), 200);
}

#[start_runtime::test]
async fn text_has_to_be_utf_8() {
    let app = test::app();
    assert_eq!(app.post("/b/text").body("größe").await.text().await.unwrap(), "größe");
    assert_eq!(app.post("/b/text").await.text().await.unwrap(), "");
    assert_eq!(app.post("/b/text").body(vec![0xff]).await.status(), 400);
}

#[start_runtime::test]
async fn a_body_is_read_once() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let log = seen.clone();
    let start = Start::new().on_error(move |problem, _| {
        *log.lock().unwrap() = problem.cause().unwrap_or_default().to_owned();
        problem
    });
    let answer = test::app_with(start).post("/b/twice").json(&1).await;
    assert_eq!(answer.status(), 500);
    let cause = seen.lock().unwrap().clone();
    assert!(cause.contains("event.request.text()") && cause.contains("`Json`"), "{cause}");
}
