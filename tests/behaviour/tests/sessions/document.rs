//! Sessions in the document.

use start_runtime::serde_json::{Value, json};
use start_runtime::{prelude::*, test};

use crate::config;

#[start_runtime::test]
async fn the_cookie_is_a_security_scheme_that_nothing_requires() {
    let app = test::app_with(Start::new().session(config()));
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let scheme = &document["components"]["securitySchemes"]["session"];
    assert_eq!((&scheme["type"], &scheme["in"]), (&json!("apiKey"), &json!("cookie")));
    let operation = &document["paths"]["/session"]["get"];
    assert_eq!(operation["security"], json!([{}, { "session": [] }]), "{operation}");
    assert_eq!(operation["parameters"], Value::Null);
    assert_eq!(
        document["paths"]["/session/{user}"]["post"]["security"],
        Value::Null,
        "its signature says nothing of it"
    );
}
