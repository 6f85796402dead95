//! A rule of garde that is broken is reported at the name that the client has sent.

use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use start_runtime::test::{self, FormPart, TestRequest};
use start_runtime::{Multipart, prelude::*};

#[derive(Deserialize, Validate)]
struct Page {
    #[garde(range(max = 100))]
    limit: u32,
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Years {
    #[garde(range(min = 990))]
    first_year: u32,
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Search {
    #[garde(length(chars, min = 1))]
    house_name: Option<String>,
    #[serde(default)]
    #[garde(inner(length(chars, min = 2)))]
    tag: Vec<String>,
    #[garde(dive)]
    between: Option<Years>,
    #[serde(flatten)]
    #[garde(dive)]
    page: Page,
}

#[api_route(GET, "/rules/query")]
async fn query(Query(_): Query<Search>) {}

#[api_route(POST, "/rules/form")]
async fn form(Form(_): Form<Search>) {}

#[api_route(POST, "/rules/maybe-form")]
async fn maybe_form(form: Result<Form<Search>, Problem>) -> Result<(), Problem> {
    form.map(drop)
}

#[derive(Deserialize, Validate)]
struct Small {
    #[garde(length(chars, min = 1))]
    house_name: String,
}

#[api_route(POST, "/rules/multipart")]
async fn multipart(Multipart(_): Multipart<Small>) {}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "kebab-case")]
struct Depths {
    #[garde(range(max = 3))]
    x_depth: u32,
    #[serde(flatten)]
    #[garde(dive)]
    page: Page,
}

#[api_route(GET, "/rules/headers")]
async fn headers(Header(_): Header<Depths>) {}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Basket {
    #[garde(range(max = 3))]
    basket_size: u32,
}

#[api_route(GET, "/rules/cookies")]
async fn cookies(Cookie(_): Cookie<Basket>) {}

/// The places and the names of what a 422 reports.
async fn reported(request: TestRequest) -> Vec<String> {
    let answer = request.await;
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().await.unwrap();
    let place = |error: &Value| format!("{} {}", error["in"].as_str().unwrap(), error["name"].as_str().unwrap());
    problem["errors"].as_array().unwrap().iter().map(place).collect()
}

#[start_runtime::test]
async fn a_broken_rule_has_the_name_that_was_sent() {
    let app = test::app();
    for (sent, expected) in [
        ("limit=101", "limit"),
        ("limit=1&houseName=", "houseName"),
        ("limit=1&tag=ab&tag=c", "tag"),
        ("limit=1&between[firstYear]=7", "between[firstYear]"),
        ("limit=1&between%5BfirstYear%5D=7", "between[firstYear]"),
    ] {
        assert_eq!(reported(app.get(format!("/rules/query?{sent}"))).await, [format!("query {expected}")], "{sent}");
        for path in ["/rules/form", "/rules/maybe-form"] {
            let request = app.post(path).header("content-type", "application/x-www-form-urlencoded").body(sent);
            assert_eq!(reported(request).await, [format!("form {expected}")], "{path} {sent}");
        }
    }
    let headers = app.get("/rules/headers").header("X-Depth", "4").header("Limit", "101");
    assert_eq!(reported(headers).await, ["header limit", "header x-depth"]);
    assert_eq!(reported(app.get("/rules/cookies").header("cookie", "basketSize=4")).await, ["cookie basketSize"]);
    let multipart = app.post("/rules/multipart").multipart([FormPart::text("house_name", "")]);
    assert_eq!(reported(multipart).await, ["form house_name"]);
}
