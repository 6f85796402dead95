//! The attributes find out what their crate is called.

use std::process::Command;

use renamed as _;
use web::Start;

#[web::test]
async fn routes_of_every_form_answer() {
    let app = web::test::app_with(Start::new().data(3_u32));
    let text = async |path: &str| app.get(path).await.text().await.unwrap_or_default();
    assert_eq!(text("/api/owls/3").await, r#"{"name":"3"}"#);
    assert_eq!(text("/api/gryffindor/owls/page").await, "<h1>gryffindor</h1>");
    assert_eq!(text("/health").await, "well");
    let answer = app.post("/api/gryffindor/owls").json(&renamed::Owl { name: "Hedwig".into() }).await;
    assert_eq!(answer.status(), 201);
    let document = app.get("/openapi.json").await.text().await.unwrap_or_default();
    assert!(document.contains("\"title\": \"Owls\"") || document.contains("\"title\":\"Owls\""), "{document}");
}

#[test]
fn the_program_answers_the_command_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_renamed")).arg("routes").output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("/api/owls/[id]") && text.contains("/health"), "{text}");
}
