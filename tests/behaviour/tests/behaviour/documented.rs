//! Every answer that the tests of this program see is in the document: its status, its content type, its body.

use actix_web::web::Bytes;
use start_runtime::__rt::{AnswerCheck, Answered, inventory};
use start_runtime::serde_json::{Value, from_slice, json};

inventory::submit! { AnswerCheck(check) }

/// Panics if the document says something else of the answer, so that the test fails that has asked for it.
fn check(answer: &Answered<'_>) {
    let Answered { document, operation, request, status, content_type, json } = answer;
    let exact = operation["responses"].get(status.to_string());
    let range = operation["responses"].get(format!("{}XX", status / 100));
    let (response, is_exact) = match (exact, range) {
        (Some(response), _) => (response, true),
        (None, Some(response)) => (response, false),
        (None, None) => (&operation["responses"]["default"], false),
    };
    let response =
        response["$ref"].as_str().and_then(|reference| document.pointer(&reference[1..])).unwrap_or(response);
    let is_chosen = response["description"] == "Another answer of the handler, or a problem";
    assert!(
        *status >= 400 || is_exact || range.is_some() || is_chosen,
        "{request}: {status} is not documented: {operation}"
    );
    let Some(content_type) = content_type else { return };
    let media_type = content_type.split(';').next().unwrap_or_default();
    let Some(content) = response["content"].as_object() else {
        // Nothing is said of the content of a `Response`.
        assert!(
            !is_exact || json.is_none(),
            "{request}: {status} has no content in the document, and was {media_type}"
        );
        return;
    };
    // The document does not know the files of `Start::pages`, which answer for routes that return nothing.
    if *status == 200 && request.ends_with("/style.css") {
        return;
    }
    let Some(media) = content.get(media_type).or_else(|| content.get("*/*")) else {
        panic!("{request}: {status} was {media_type}; documented: {response}");
    };
    let Some(body) = json else { return };
    let body: Value = from_slice(body).unwrap_or_else(|error| panic!("{request}: {status} is no JSON: {error}"));
    let mut schema = media["schema"].clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("components".to_owned(), document["components"].clone());
    }
    let validator = jsonschema::options().build(&schema).unwrap_or_else(|error| panic!("{request}: {error}"));
    let errors: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{request}: {status} {body} is not valid: {errors:?}");
}

#[test]
fn an_answer_that_is_not_in_the_document_is_found() {
    let document = json!({ "components": { "schemas": { "Id": { "type": "integer" } } } });
    let operation = json!({ "responses": {
        "200": { "description": "OK", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Id" } } } },
        "204": { "description": "No Content" },
        "default": { "description": "A problem", "content": { "application/problem+json": { "schema": { "type": "object" } } } },
    } });
    let (json, problem) = (Some("application/json"), Some("application/problem+json"));
    for (status, content_type, body, is_good) in [
        (200, json, Some("1"), true),
        (200, Some("application/json; charset=utf-8"), Some("1"), true),
        (200, json, Some("\"x\""), false),
        (200, Some("text/plain"), None, false),
        (201, json, Some("1"), false),
        (204, None, None, true),
        (204, json, Some("1"), false),
        (302, None, None, false),
        (404, problem, Some("{}"), true),
        (404, problem, Some("[]"), false),
        (404, json, Some("1"), false),
    ] {
        let body = body.map(|body| Bytes::from_static(body.as_bytes()));
        let answer = Answered {
            document: &document,
            operation: &operation,
            request: "GET /".into(),
            status,
            content_type,
            json: body,
        };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&answer)));
        assert_eq!(result.is_ok(), is_good, "{status} {content_type:?}");
    }
}
