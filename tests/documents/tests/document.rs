//! What the document says about each form of handler.

use documents as _;
use serde_json::{Value, json};
use start_runtime::test;

async fn document() -> Value {
    test::app().get("/openapi.json").await.json().await.unwrap()
}

/// The value at a JSON pointer.
fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

const PROBLEM: &str = "/content/application~1problem+json/schema/$ref";

/// The target of a reference; any other value itself.
fn resolved<'v>(value: &'v Value, document: &'v Value) -> &'v Value {
    value.get("$ref").and_then(Value::as_str).map_or(value, |reference| at(document, &reference[1..]))
}

#[start_runtime::test]
async fn the_whole_is_what_the_manifest_and_the_user_say() {
    let document = document().await;
    for (pointer, expected) in [
        ("/openapi", json!("3.1.0")),
        ("/info/title", json!("Spells")),
        ("/info/version", json!(env!("CARGO_PKG_VERSION"))),
        ("/info/description", json!(env!("CARGO_PKG_DESCRIPTION"))),
        ("/info/license/identifier", json!("MIT OR Apache-2.0")),
        ("/servers", json!([{ "url": "https://spells.example.com", "description": "The real one" }])),
        ("/x-owner", json!("school")),
        ("/components/securitySchemes/token", json!({ "type": "http", "scheme": "bearer" })),
        ("/components/securitySchemes/user", json!({ "type": "apiKey", "in": "header", "name": "X-User" })),
    ] {
        assert_eq!(*at(&document, pointer), expected, "{pointer}");
    }
    let tags = document["tags"].as_array().unwrap();
    assert!(tags.contains(&json!({ "name": "spells", "description": "What is said, and what happens" })), "{tags:?}");
}

#[start_runtime::test]
async fn an_operation_has_the_texts_of_the_doc_comment() {
    let document = document().await;
    let one = &document["paths"]["/op/spells/{id}"]["get"];
    assert_eq!(one["summary"], "A spell by its number, told in one line");
    assert_eq!(one["description"], "And more about it.");
    assert_eq!(one["tags"], json!(["spells"]));
    assert_eq!(one["operationId"], "get_op_spells_by_id");
    assert_eq!(document["paths"]["/op/text"]["get"]["deprecated"], true);
    assert_eq!(document["paths"]["/op/hidden"], Value::Null);
}

#[start_runtime::test]
async fn routes_of_one_shape_share_a_path_item_and_its_names() {
    let document = document().await;
    let item = &document["paths"]["/op/spells/{id}"];
    assert_eq!(keys(item), ["get", "delete"]);
    for method in ["get", "delete"] {
        let param = &item[method]["parameters"][0];
        let expected = json!({
            "name": "id", "in": "path", "required": true,
            "schema": { "type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX },
        });
        assert_eq!(*param, expected, "{method}");
    }
}

#[start_runtime::test]
async fn a_param_keeps_its_type_where_others_are_left_out() {
    let document = document().await;
    for path in ["/op/{edition}/scrolls", "/op/{edition}/scrolls/{_splat}"] {
        let param = &document["paths"][path]["get"]["parameters"][0];
        assert_eq!((&param["name"], &param["schema"]["format"]), (&json!("edition"), &json!("uint8")), "{path}");
    }
}

#[start_runtime::test]
async fn params_have_names_types_and_whether_they_must_be_there() {
    let document = document().await;
    let params = &document["paths"]["/op/spells"]["get"]["parameters"];
    let expected = json!([
        {
            "name": "limit", "in": "query", "required": false, "description": "How many at most.",
            "allowEmptyValue": true,
            "schema": { "type": "integer", "format": "uint32", "minimum": 0, "maximum": 100 },
        },
        { "name": "tag", "in": "query", "required": false, "schema": { "type": "array", "items": { "type": "string" }, "default": [] } },
        {
            "name": "x-trace", "in": "header", "required": false,
            "schema": { "type": "integer", "format": "uint64", "minimum": 0 },
        },
        { "name": "theme", "in": "cookie", "required": true, "schema": { "type": "string" } },
    ]);
    assert_eq!(*params, expected);
}

#[start_runtime::test]
async fn answers_have_their_status_and_schema() {
    let document = document().await;
    let spell = "#/components/schemas/operations_Spell";
    let json = "/content/application~1json/schema/$ref";
    for (path, method, status, content, expected) in [
        ("/op/spells/{id}", "get", "200", json, spell),
        ("/op/spells/{id}", "get", "404", json, "#/components/schemas/operations_NotFound"),
        ("/op/spells", "post", "201", json, spell),
        ("/op/spells", "post", "401", PROBLEM, "#/components/schemas/Problem"),
        ("/op/spells", "post", "422", PROBLEM, "#/components/schemas/Problem"),
        ("/op/spells", "get", "404", PROBLEM, "#/components/schemas/Problem"),
        ("/op/form", "put", "2XX", json, spell),
        ("/op/text", "get", "200", "/content/text~1plain/schema/type", "string"),
        ("/op/nothing", "patch", "204", "/description", "No Content"),
    ] {
        let response = resolved(&document["paths"][path][method]["responses"][status], &document);
        assert_eq!(*at(response, content), expected, "{method} {path} {status}");
    }
    let statuses = |path: &str, method: &str| keys(&document["paths"][path][method]["responses"]).join(" ");
    for (path, method, expected) in [
        ("/op/spells/{id}", "get", "200 400 404 default"),
        ("/op/spells/{id}", "delete", "2XX 400 default"),
        ("/op/spells", "post", "201 400 401 403 413 415 422 default"),
        ("/op/spells", "get", "200 400 404 422 default"),
        ("/op/nothing", "patch", "204 default"),
        ("/op/text", "get", "200 default"),
    ] {
        assert_eq!(statuses(path, method), expected, "{method} {path}");
    }
}

#[start_runtime::test]
async fn bodies_have_their_content_type() {
    let document = document().await;
    let body = |path: &str, method: &str| document["paths"][path][method]["requestBody"].clone();
    assert_eq!(keys(&body("/op/form", "put")["content"]), ["application/x-www-form-urlencoded"]);
    assert_eq!(keys(&body("/op/spells", "post")["content"]), ["application/json"]);
    assert_eq!(body("/op/spells", "post")["required"], true);
    assert_eq!(body("/op/maybe", "post")["required"], false);
    assert_eq!(body("/op/secret", "post")["content"]["application/json"]["schema"], json!({}));
}

#[start_runtime::test]
async fn security_comes_from_extractors_and_attributes() {
    let document = document().await;
    assert_eq!(document["paths"]["/op/spells"]["post"]["security"], json!([{ "user": [] }]));
    assert_eq!(document["paths"]["/op/spells/{id}"]["delete"]["security"], json!([{ "token": [] }]));
    assert_eq!(document["paths"]["/op/text"]["get"]["security"], Value::Null);
}

#[start_runtime::test]
async fn paths_that_openapi_cannot_hold_are_told_elsewhere() {
    let document = document().await;
    let paths = keys(&document["paths"]);
    let has = |path: &str| paths.contains(&path);
    assert!(has("/op/about") && has("/op/{lang}/about"), "{paths:?}");
    assert!(has("/op/files") && has("/op/files/{id}") && !has("/op/files/{_splat}"), "{paths:?}");
    let other = &document["x-start-routes"][0];
    assert_eq!(other["method"], "GET");
    assert_eq!(other["pattern"], "/op/files/$");
    assert_eq!(other["operation"]["parameters"][0]["x-catch-all"], true);
}

#[start_runtime::test]
async fn any_stands_where_no_other_method_does() {
    let document = document().await;
    let item = &document["paths"]["/op/any/{name}"];
    assert_eq!(keys(item), ["get", "post", "put", "patch", "delete"]);
    let content = |method: &str| keys(&item[method]["responses"]["200"]["content"]).join("");
    assert_eq!((content("get").as_str(), content("post").as_str()), ("text/plain", "application/json"));
}

#[start_runtime::test]
async fn constraints_stand_in_the_schema_and_are_checked() {
    let document = document().await;
    let spell = &document["components"]["schemas"]["operations_Spell"];
    assert_eq!(spell["properties"]["spokenWords"]["maxLength"], 20);
    assert_eq!(spell["properties"]["spokenWords"]["examples"], json!(["Lumos"]));
    assert_eq!(spell["properties"]["year"]["maximum"], 7);
    let app = test::app();
    let answer = app.post("/op/spells").header("x-user", "me").json(&json!({ "spokenWords": "", "year": 9 })).await;
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().await.unwrap();
    let pointers: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/spokenWords", "#/year"], "{problem}");
    let answer = app.get("/op/spells?limit=101").header("cookie", "theme=dark").await;
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!((&problem["errors"][0]["in"], &problem["errors"][0]["name"]), (&json!("query"), &json!("limit")));
    let good = app.post("/op/spells").header("x-user", "me").json(&json!({ "spokenWords": "Nox", "year": 2 })).await;
    assert_eq!(good.status(), 201);
}

#[start_runtime::test]
async fn a_number_without_fraction_is_an_integer() {
    let app = test::app();
    let send = |body: &'static str| app.post("/op/maybe").header("content-type", "application/json").body(body);
    assert!(send(r#"{"spokenWords":"Nox","year":2.0}"#).await.json::<bool>().await.unwrap());
    assert!(!send(r#"{"spokenWords":"Nox","year":2.5}"#).await.json::<bool>().await.unwrap());
    // In an `Option`, a value that breaks a rule counts as missing.
    assert!(!send(r#"{"spokenWords":"Nox","year":9}"#).await.json::<bool>().await.unwrap());
}

#[start_runtime::test]
async fn every_reference_has_its_target() {
    fn check(value: &Value, document: &Value) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| check(value, document)),
            Value::Array(items) => items.iter().for_each(|value| check(value, document)),
            _ => {}
        }
    }
    let document = document().await;
    check(&document, &document);
}
