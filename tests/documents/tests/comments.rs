//! Doc comments are read as rustdoc reads them, and attributes on arguments as the compiler does.

use documents as _;
use serde_json::{Value, json};
use start_runtime::test;

async fn document() -> Value {
    test::app().get("/openapi.json").await.json().await.unwrap()
}

#[start_runtime::test]
async fn every_spelling_of_a_doc_comment_is_read() {
    let document = document().await;
    for (path, summary, description) in [
        ("block", "In a block", Some("The rest,\n  with code.")),
        ("line", "In one line", None),
        ("bare", "In a block", Some("without stars. More.")),
        ("concat", "By concat!", Some("Of documents.")),
        ("include", "From a file", Some("```\nshown();\n```")),
        ("mixed", "A comment, and a text", Some("And more.")),
        ("example", "With an example", Some("```\nlet all = vec![1];\n# not hidden\n```\n\n```sh\n# a comment\n```")),
        ("conditional", "Under a condition", None),
        ("query", "The fields of a query", None),
    ] {
        let operation = &document["paths"][format!("/comments/{path}")]["get"];
        assert_eq!(
            (operation["summary"].as_str(), operation["description"].as_str()),
            (Some(summary), description),
            "{path}"
        );
        assert_eq!(operation["deprecated"] == true, path == "conditional", "{path}");
    }
    let block = &document["components"]["schemas"]["comments_Block"];
    assert_eq!(block["description"], "A type in a block.\n\n```\nshown();\n```");
    assert_eq!(block["properties"]["a"]["description"], "The field `a`.");
    assert_eq!(block["properties"]["b"]["description"], "The field `b`.\n\n```\nshown();\n```");
    let params = &document["paths"]["/comments/query"]["get"]["parameters"];
    assert_eq!(
        (&params[0]["description"], &params[1]["description"]),
        (&block["properties"]["a"]["description"], &block["properties"]["b"]["description"])
    );
}

#[start_runtime::test]
async fn arguments_are_there_if_their_conditions_hold() {
    let app = test::app();
    for (path, expected) in
        [("off/7", "7"), ("on/7?a=1", "7 Some(1) /conditions/on/7"), ("either/x", "x"), ("bad/7?b=2", "7 Some(2)")]
    {
        let answer = app.get(format!("/conditions/{path}")).await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, expected), "{path}");
    }
    let problem: Value = app.get("/conditions/bad/x?b=y").await.json().await.unwrap();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "all bad parameters are reported: {problem}");
    let document = document().await;
    let names = |path: &str| -> Vec<String> {
        let params = document["paths"][path]["get"]["parameters"].as_array().unwrap().iter();
        params.map(|param| format!("{} {}", param["name"].as_str().unwrap(), param["schema"]["type"])).collect()
    };
    assert_eq!(names("/conditions/off/{id}"), [r#"id "integer""#]);
    assert_eq!(names("/conditions/on/{id}"), [r#"id "integer""#, r#"a "integer""#, r#"b "integer""#]);
    assert_eq!(names("/conditions/either/{id}"), [r#"id "string""#]);
    assert_eq!(document["paths"]["/conditions/off/{id}"]["get"]["requestBody"], json!(null));
}
