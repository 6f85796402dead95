//! Static pages from a folder, and the index page of a single-page app.

use start_runtime::prelude::*;
use start_runtime::test;
use start_runtime::test::TestApp;

#[api_route(POST, "/guide")]
async fn post_guide() -> &'static str {
    "posted"
}

#[api_route(GET, "/style.css")]
async fn style() -> Option<u8> {
    None
}

#[page_route("/folder-page")]
async fn folder_page() -> &'static str {
    "a page route"
}

fn app() -> TestApp {
    test::app_with(Start::new().pages(concat!(env!("CARGO_MANIFEST_DIR"), "/site")))
}

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[start_runtime::test]
async fn files_are_pages() {
    let app = app();
    let index = app.get("/").await;
    assert_eq!((index.status().as_u16(), index.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(index.text().await.unwrap(), "<h1>App</h1>\n");
    assert_eq!(app.get("/p/plain.txt").await.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(app.head("/p/plain.txt").await.header("content-length"), Some("12"));
    assert_eq!(app.get("/guide/").await.text().await.unwrap(), "<h1>Guide</h1>\n");
    let slash = app.get("/guide?x=1").await;
    assert_eq!((slash.status().as_u16(), slash.header("location")), (308, Some("/guide/?x=1")));
    assert_eq!(app.get("/folder-page").await.text().await.unwrap(), "a page route");
}

#[start_runtime::test]
async fn api_routes_come_first_and_methods_are_told() {
    let app = app();
    assert_eq!(app.post("/guide").await.text().await.unwrap(), "posted");
    let refused = app.delete("/guide").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
    let style = app.get("/style.css").await;
    assert_eq!(style.header("vary"), Some("Accept"), "the API route gave nothing, the file answers");
    assert_eq!(style.text().await.unwrap(), "body { color: teal }\n");
    let refused = app.post("/p/plain.txt").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
}

#[start_runtime::test]
async fn nothing_outside_of_the_folder_and_nothing_hidden_is_served() {
    let app = app();
    for path in [
        "/.hidden",
        "/..%2fCargo.toml",
        "/p/..%2f..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%5cCargo.toml",
        "/p",
        "/p//plain.txt",
        "/p/plain.txt/",
        "/p/plain.txt%00",
    ] {
        let status = app.get(path).await.status().as_u16();
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
}

#[start_runtime::test]
async fn the_index_page_answers_a_browser_for_unknown_paths() {
    let app = app();
    let deep = app.get("/app/deep/link").header("accept", BROWSER).await;
    assert_eq!((deep.status().as_u16(), deep.header("vary")), (200, Some("Accept")));
    assert_eq!(deep.text().await.unwrap(), "<h1>App</h1>\n");
    let program = app.get("/app/deep/link").header("accept", "application/json").await;
    assert_eq!((program.status().as_u16(), program.header("content-type")), (404, Some("application/problem+json")));
    for (path, accept) in [
        ("/app/deep/link", "*/*"),
        ("/app/missing.js", BROWSER),
        ("/api", BROWSER),
        ("/api/unknown", BROWSER),
        ("/%61pi/unknown", BROWSER),
        ("/app/missing%2Ejs", BROWSER),
        ("/app//x", BROWSER),
        ("/app/link", "text/html;q=0"),
        ("/p/../x", BROWSER),
    ] {
        let status = app.get(path).header("accept", accept).await.status().as_u16();
        assert!(status == 404 || status == 400, "{path} {accept}: {status}");
    }
    assert_eq!(app.post("/app/deep/link").header("accept", BROWSER).await.status(), 404);
    assert_eq!(app.get("/m/items/").header("accept", BROWSER).await.status(), 200, "an API route has this path");
    assert_eq!(app.put("/m/items").header("accept", BROWSER).await.status(), 405);
}

#[start_runtime::test]
async fn conditional_and_range_requests_are_answered() {
    let app = app();
    let first = app.get("/p/plain.txt").await;
    let (tag, modified) = (first.header("etag").unwrap().to_owned(), first.header("last-modified").unwrap().to_owned());
    assert_eq!(app.get("/p/plain.txt").header("if-none-match", &tag).await.status(), 304);
    assert_eq!(app.get("/p/plain.txt").header("if-modified-since", modified).await.status(), 304);
    let part = app.get("/p/plain.txt").header("range", "bytes=5-10").await;
    assert_eq!((part.status().as_u16(), part.header("content-range")), (206, Some("bytes 5-10/12")));
    assert_eq!(part.text().await.unwrap(), "report");
    assert_eq!(app.get("/p/plain.txt").header("range", "bytes=50-").await.status(), 416);
}
