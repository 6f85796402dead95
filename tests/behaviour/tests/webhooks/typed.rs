//! Webhooks in the document.

use start_runtime::serde_json::{Value, json};

use crate::app;

#[start_runtime::test]
async fn the_document_has_the_header_the_event_and_the_400() {
    let document: Value = app().get("/openapi.json").await.json().await.unwrap();
    let post = &document["paths"]["/stripe"]["post"];
    let header = &post["parameters"][0];
    assert_eq!((&header["name"], &header["in"]), (&json!("Stripe-Signature"), &json!("header")));
    assert_eq!(header["required"], true);
    let schema = &post["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(schema, "#/components/schemas/Event");
    let refusal = &post["responses"]["400"];
    assert_eq!(refusal["description"], "The signature is missing or invalid, or the body is no such event");
    assert!(refusal["content"]["application/problem+json"].is_object(), "{refusal}");
    assert!(post["responses"]["413"].is_object() && post["responses"].get("422").is_none(), "{post}");
    let names = |path: &str| -> Vec<String> {
        let parameters = document["paths"][path]["post"]["parameters"].as_array().unwrap();
        parameters.iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/standard"), ["webhook-signature", "webhook-id", "webhook-timestamp"]);
    assert_eq!(names("/svix"), ["svix-signature", "svix-id", "svix-timestamp"]);
    assert_eq!(names("/github"), ["X-Hub-Signature-256"]);
    assert_eq!(names("/slack"), ["X-Slack-Signature", "X-Slack-Request-Timestamp"]);
    assert_eq!(names("/shop"), ["X-Shop-Hmac"]);
    let optional = &document["paths"]["/stripe/optional"]["post"];
    assert_eq!(optional["parameters"][0]["required"], false, "{optional}");
    assert_eq!(optional["responses"].get("400"), None, "nothing is refused");
}
