//! Pages beside API routes.

use start_runtime::prelude::*;
use start_runtime::test;

#[page_route("/p/about")]
async fn about() -> &'static str {
    "<h1>About</h1>"
}

/// The form and the route that receives it stand together.
#[page_route("/p/login")]
async fn login_form() -> &'static str {
    "<form>"
}

#[api_route("/p/login")]
async fn POST() -> &'static str {
    "welcome"
}

#[api_route(GET, "/p/report")]
async fn report(event: APIEvent) -> Option<Vec<u8>> {
    event.response.set_header("X-Staged", "yes");
    None.filter(|_: &Vec<u8>| event.accepts(&["application/json"]).is_none())
}

#[page_route("/p/report")]
async fn report_page() -> &'static str {
    "<h1>Report</h1>"
}

#[api_route(GET, "/p/empty")]
async fn empty() {}

#[api_route(DELETE, "/p/empty")]
async fn delete() {}

#[api_route(POST, "/p/empty")]
async fn none() -> Option<u8> {
    None
}

#[page_route("/p/of/[name]")]
async fn page_of(name: String) -> String {
    format!("<h1>{name}</h1>")
}

#[start_runtime::test]
async fn a_page_is_html() {
    let app = test::app();
    let answer = app.get("/p/about").await;
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("vary"), None);
    assert_eq!(answer.text().await.unwrap(), "<h1>About</h1>");
    assert_eq!(app.get("/p/of/luna").await.text().await.unwrap(), "<h1>luna</h1>");
    assert_eq!(app.head("/p/about").await.header("content-length"), Some("14"));
    let refused = app.post("/p/about").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
}

#[start_runtime::test]
async fn a_page_and_an_api_route_share_a_path() {
    let app = test::app();
    assert_eq!(app.get("/p/login").await.text().await.unwrap(), "<form>");
    assert_eq!(app.post("/p/login").await.text().await.unwrap(), "welcome");
    let refused = app.put("/p/login").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
    assert_eq!(app.options("/p/login").await.header("allow"), Some("GET, HEAD, POST, OPTIONS"));
}

#[start_runtime::test]
async fn a_handler_that_gives_nothing_leaves_the_page_to_answer() {
    let answer = test::app().get("/p/report").await;
    assert_eq!(answer.header("vary"), Some("Accept"));
    assert_eq!(answer.header("x-staged"), Some("yes"), "what was staged survives");
    assert_eq!(answer.text().await.unwrap(), "<h1>Report</h1>");
}

#[start_runtime::test]
async fn nothing_without_a_page_depends_on_the_method() {
    let app = test::app();
    assert_eq!(app.get("/p/empty").await.status(), 404);
    assert_eq!(app.delete("/p/empty").await.status(), 204);
    assert_eq!(app.post("/p/empty").await.status(), 404);
}
