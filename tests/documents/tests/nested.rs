//! What stands inside of `Option`, `Result` and the like is in the document, and the document says no more than is true.

use documents as _;
use serde_json::{Value, json};
use start_runtime::test;

async fn document() -> Value {
    test::app().get("/openapi.json").await.json().await.unwrap()
}

fn statuses(operation: &Value) -> String {
    let statuses: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
    statuses.join(" ")
}

/// The parameters as `in name`, with `!` behind one that must be there.
fn params(operation: &Value) -> String {
    let text = |param: &Value| {
        let required = if param["required"] == true { "!" } else { "" };
        format!("{} {}{required}", param["in"].as_str().unwrap(), param["name"].as_str().unwrap())
    };
    let params: Vec<String> = operation["parameters"].as_array().into_iter().flatten().map(text).collect();
    params.join(", ")
}

#[start_runtime::test]
async fn arguments_inside_of_others_are_documented() {
    let document = document().await;
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    // path, params, content types of the body (`!` if it must be there), statuses
    for (path, expected, body, answers) in [
        ("option-query", "query limit, query tag", "", "200 default"),
        ("result-query", "query old_name, query name", "", "200 default"),
        ("web-query", "query old_name, query name", "", "200 default"),
        ("option-json", "", json, "200 default"),
        ("result-json", "", json, "200 default"),
        ("option-secret", "", json, "200 default"),
        ("option-form", "", form, "200 default"),
        ("result-option", "", json, "200 default"),
        ("option-header", "header x-trace", "", "200 default"),
        ("result-cookie", "cookie theme", "", "200 default"),
        ("tuple", "query old_name, query name!", "", "200 400 401 403 default"),
        ("option-tuple", "query old_name, query name", "", "200 default"),
        ("either", "", &format!("{json} {form}!"), "200 400 413 415 422 default"),
    ] {
        let operation = &document["paths"][format!("/nested/{path}")]["post"];
        assert_eq!(params(operation), expected, "{path}");
        let content: Vec<&str> = operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        let required = if operation["requestBody"]["required"] == true { "!" } else { "" };
        assert_eq!(format!("{}{required}", content.join(" ")), body, "{path}");
        assert_eq!(statuses(operation), answers, "{path}");
    }
    let typed = &document["paths"]["/nested/typed/{id}"]["get"];
    assert_eq!(
        (params(typed).as_str(), statuses(typed).as_str()),
        ("path id!, query limit, query tag", "200 400 default")
    );
}

#[start_runtime::test]
async fn what_may_be_missing_is_answered_without_it() {
    let app = test::app();
    for path in [
        "option-query?limit=x",
        "result-query",
        "web-query",
        "option-json",
        "result-json",
        "option-secret",
        "option-form",
        "result-option",
        "option-tuple",
    ] {
        let answer = app.post(format!("/nested/{path}")).await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "false"), "{path}");
    }
    let answer = app.post("/nested/option-header").header("x-trace", "7").await;
    assert_eq!(answer.text().await.unwrap(), "false Some(7)", "an argument inside of `Option` keeps its name");
    let answer = app.post("/nested/result-cookie").header("cookie", "theme=dark").await;
    assert_eq!(answer.text().await.unwrap(), "dark");
    assert!(app.post("/nested/result-cookie").await.text().await.unwrap().starts_with("400"));
    // A value that breaks a rule of garde's.
    let answer = app.post("/nested/result-json").json(&json!({ "spokenWords": "", "year": 1 })).await;
    assert_eq!(answer.text().await.unwrap(), "false");
    assert_eq!(app.get("/nested/typed/x").await.status(), 400);
    assert_eq!(app.get("/nested/admin").await.header("location"), Some("/login"));
}

#[start_runtime::test]
async fn security_may_be_optional_or_one_of_several() {
    let document = document().await;
    for (path, expected) in [
        ("option-user", json!([{}, { "user": [] }])),
        ("result-user", json!([{}, { "user": [] }])),
        ("admin", json!([{ "admin": [] }, { "admin": [], "user": [] }])),
        ("option-both", json!([{}, { "admin": [] }, { "admin": [], "user": [] }, { "user": [] }])),
        ("user-and-option-admin", json!([{ "user": [] }, { "admin": [], "user": [] }])),
        ("attribute-and-option", json!([{ "token": [] }, { "token": [], "user": [] }])),
    ] {
        let security = &document["paths"][format!("/nested/{path}")]["get"]["security"];
        assert_eq!(*security, expected, "{path}");
    }
    assert_eq!(document["components"]["securitySchemes"]["admin"]["description"], "A key");
    let admin = &document["paths"]["/nested/admin"]["get"];
    assert_eq!(statuses(admin), "200 302 default");
    assert_eq!(statuses(&document["paths"]["/nested/option-both"]["get"]), "2XX default");
    let tuple = &document["paths"]["/nested/tuple"]["post"]["security"];
    assert_eq!(*tuple, json!([{ "user": [] }]));
}

#[start_runtime::test]
async fn a_status_that_is_chosen_at_run_time_is_documented_as_such() {
    let document = document().await;
    for (path, method, expected) in [
        ("bare", "delete", "2XX 400 default"),
        ("result", "delete", "2XX 400 default"),
        ("option", "delete", "2XX 400 404 default"),
        ("unit", "delete", "2XX 400 default"),
        ("value", "get", "2XX 400 default"),
        ("after", "get", "2XX 400 default"),
        ("error", "get", "200 400 default"),
        ("response", "get", "2XX 400 default"),
        ("declared", "delete", "200 204 400 409 default"),
    ] {
        let operation = &document["paths"][format!("/statuses/{path}/{{status}}")][method];
        assert_eq!(statuses(operation), expected, "{path}");
    }
    let content = |path: &str, method: &str, status: &str| {
        let response = &document["paths"][format!("/statuses/{path}/{{status}}")][method]["responses"][status];
        let names: Vec<&str> =
            response["content"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        names.join(" ")
    };
    assert_eq!(content("bare", "delete", "2XX"), "");
    assert_eq!(
        content("value", "get", "default"),
        "application/json application/problem+json",
        "it may be a 404 as well"
    );
    assert_eq!(content("error", "get", "default"), "application/json application/problem+json");
    assert_eq!(content("response", "get", "default"), "", "anything");
    assert_eq!(content("declared", "delete", "200"), "application/json");
}

#[start_runtime::test]
async fn a_route_declares_its_statuses() {
    let document = document().await;
    let operation = |path: &str, method: &str| document["paths"][format!("/declared/{path}")][method].clone();
    let inherited = operation("inherited/{id}", "get");
    assert_eq!(statuses(&inherited), "200 400 403 404 429 default");
    let of = |operation: &Value, status: &str| {
        let response = &operation["responses"][status];
        let content: Vec<&str> =
            response["content"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        (response["description"].as_str().unwrap().to_owned(), content.join(" "))
    };
    let is = |text: &str, content: &str| (text.to_owned(), content.to_owned());
    let problem = "application/problem+json";
    assert_eq!(of(&inherited, "403"), is("Why it was refused", "application/json"));
    assert_eq!(of(&inherited, "404"), is("Not in this house", problem));
    assert_eq!(of(&inherited, "429"), is("Too Many Requests", "text/plain"));
    let own = operation("own", "get");
    assert_eq!(statuses(&own), "200 304 403 404 410 429 502 503 default");
    assert_eq!(of(&own, "404"), is("Nowhere", problem), "the function's own text");
    assert_eq!(of(&own, "410"), is("There is no such spell", "application/json"), "a type that documents itself");
    assert_eq!(of(&own, "304"), is("As before", ""));
    assert_eq!(of(&own, "502"), is("Bad Gateway", ""));
    assert_eq!(of(&own, "503"), is("Service Unavailable", problem));
    assert_eq!(of(&own, "200"), is("OK", "application/json"), "other statuses do not move the handler's own");
    assert_eq!(of(&operation("option", "get"), "404"), is("No such thing at all", problem));
    assert_eq!(of(&operation("json", "post"), "422"), is("The name is taken", problem));
    assert_eq!(of(&operation("response", "get"), "418"), is("Tea", ""), "a response of its own has any content");
}

#[start_runtime::test]
async fn a_deprecated_field_is_a_deprecated_parameter() {
    let document = document().await;
    let param = &document["paths"]["/nested/tuple"]["post"]["parameters"][0];
    let expected = json!({
        "name": "old_name", "in": "query", "required": false, "deprecated": true,
        "description": "How it was asked for in the past.", "schema": { "type": "string" },
    });
    assert_eq!(*param, expected);
}

#[start_runtime::test]
async fn either_format_of_a_body_is_read() {
    let app = test::app();
    let good = json!({ "spokenWords": "Nox", "year": 1 });
    assert_eq!(app.post("/nested/either").json(&good).await.text().await.unwrap(), "true");
    assert_eq!(app.post("/nested/either").form(&good).await.text().await.unwrap(), "false");
    let answer = |content_type: &'static str, body: &'static str| {
        app.post("/nested/either").header("content-type", content_type).body(body)
    };
    assert_eq!(answer("application/json", "{").await.status(), 400);
    assert_eq!(answer("application/json", "{}").await.status(), 422);
    assert_eq!(answer("application/x-www-form-urlencoded", "year=x").await.status(), 422);
    let neither = answer("text/plain", "x").await;
    assert_eq!(neither.status(), 415);
    let accepted: Vec<_> = neither.headers().get_all("accept-post").map(|value| value.to_str().unwrap()).collect();
    assert_eq!(accepted, ["application/json", "application/x-www-form-urlencoded"]);
}
