//! The docs page and the document as responses: encodings, validators, places, switched off; and the site on disk.

use std::fs;
use std::io::Read as _;
use std::process::Command;

use flate2::read::GzDecoder;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, from_str, json};
use start_runtime::test::{TestApp, app, app_with};

#[api_route(GET, "/taken/docs")]
async fn taken() -> &'static str {
    "mine"
}

/// Lists owls.
///
/// - one
///   - _nested_ &amp; **so on**
///
/// [Not this](javascript:alert(1)) </script><script>alert(1)</script> [but this][there]
///
/// [there]: https://owls.example/ "Owls"
#[api_route(GET, "/taken/prose")]
async fn prose() -> &'static str {
    "prose"
}

#[start_runtime::test]
async fn the_markdown_of_the_document_is_rendered_for_the_page_and_stays_in_the_document() {
    let app = app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let text = document["paths"]["/taken/prose"]["get"]["description"].as_str().unwrap();
    let whole = "- one\n  - _nested_ &amp; **so on**\n\n[Not this](javascript:alert(1)) </script><script>alert(1)</script> [but this][there]\n\n[there]: https://owls.example/ \"Owls\"";
    assert_eq!(text, whole);
    let page = app.get("/docs").await.text().await.unwrap();
    let data = page.split("id=\"ui-prose\">").nth(1).unwrap().split("</script>").next().unwrap();
    let trees: Value = from_str(data).unwrap();
    let nested = json!(["ul", ["li", ["em", "nested"], " & ", ["strong", "so on"]]]);
    assert_eq!(
        trees[text],
        json!([
            ["ul", ["li", "one", nested]],
            ["p", "Not this </script><script>alert(1)</script> ", ["a", "https://owls.example/", "but this"]],
        ])
    );
    assert_eq!(page.matches("<script").count(), 3, "two scripts, and the data");
}

/// The relative links of a page: to the document, and to the root of the server.
async fn links(app: &TestApp, path: &str) -> (String, String) {
    let page = app.get(path).await.text().await.unwrap();
    let attribute = |name: &str| {
        let start = page.find(name).unwrap() + name.len() + 2;
        page[start..].split('"').next().unwrap().to_owned()
    };
    (attribute("data-openapi"), attribute("data-root"))
}

#[start_runtime::test]
async fn both_are_served_with_a_policy_that_lets_nothing_else_run() {
    let page = app().get("/docs").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("<title>behaviour</title>") && html.contains("<noscript>"), "{html}");
    assert!(!html.contains("src=\"") && !html.contains("url("), "the page loads something");
    let document = app().get("/openapi.json").await;
    assert_eq!(document.header("content-type"), Some("application/json"));
    assert_eq!(document.header("cache-control"), Some("no-cache"));
    let document: Value = document.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/docs"].is_null());
}

#[start_runtime::test]
async fn each_encoding_has_its_own_tag() {
    let app = app();
    for path in ["/docs", "/openapi.json"] {
        let plain = app.get(path).await;
        let plain_tag = plain.header("etag").unwrap().to_owned();
        assert_eq!((plain.header("vary"), plain.header("content-encoding")), (Some("Accept-Encoding"), None));
        let plain = plain.bytes().await.unwrap();
        for (accepted, encoded) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("", false),
            ("br", false),
            ("gzip;q=x", false),
        ] {
            let answer = app.get(path).header("accept-encoding", accepted).await;
            assert_eq!(answer.header("content-encoding").is_some(), encoded, "{path} {accepted}");
            assert_eq!(answer.header("etag") == Some(&plain_tag), !encoded, "{path} {accepted}");
            let bytes = answer.bytes().await.unwrap();
            if encoded {
                assert!(bytes.len() < plain.len() / 2, "{path}");
                let mut decoded = Vec::new();
                GzDecoder::new(&bytes[..]).read_to_end(&mut decoded).unwrap();
                assert_eq!(decoded, plain, "{path} {accepted}");
            }
        }
    }
}

#[start_runtime::test]
async fn what_a_client_has_is_not_sent_again() {
    let app = app();
    for path in ["/docs", "/openapi.json"] {
        for encoding in ["identity", "gzip"] {
            let first = app.get(path).header("accept-encoding", encoding).await;
            let tag = first.header("etag").unwrap().to_owned();
            for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
                let again =
                    app.get(path).header("accept-encoding", encoding).header("if-none-match", known.as_str()).await;
                assert_eq!(again.status(), 304, "{path} {known}");
                assert_eq!(again.header("etag"), Some(tag.as_str()));
                assert_eq!(again.header("vary"), Some("Accept-Encoding"));
                assert_eq!(again.header("content-type"), None);
                assert!(again.bytes().await.unwrap().is_empty());
            }
            // The other encoding consists of other bytes.
            let other = if encoding == "gzip" { "identity" } else { "gzip" };
            let answer = app.get(path).header("accept-encoding", other).header("if-none-match", tag.as_str()).await;
            assert_eq!(answer.status(), 200, "{path}");
        }
        let changed = app.get(path).header("if-none-match", "\"other\"").await;
        assert_eq!(changed.status(), 200);
    }
}

#[start_runtime::test]
async fn head_says_what_get_would_and_other_methods_are_refused() {
    let app = app();
    for path in ["/docs", "/openapi.json"] {
        let (head, get) = (app.head(path).await, app.get(path).await);
        assert_eq!(head.status(), 200);
        for name in ["content-type", "etag", "vary", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{name}");
        }
        assert!(head.bytes().await.unwrap().is_empty());
        let post = app.post(path).await;
        assert_eq!((post.status().as_u16(), post.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    }
}

#[start_runtime::test]
async fn the_page_and_the_document_can_move() {
    let places = [
        ("/docs", "/openapi.json", ("./openapi.json", "./")),
        ("/reference", "/reference/openapi.json", ("./reference/openapi.json", "./")),
        ("/a/b/docs", "/a/openapi.json", ("../../a/openapi.json", "../../")),
        ("/", "/openapi.json", ("./openapi.json", "./")),
        ("/with/slash/", "/api.json/", ("../api.json", "../")),
        ("/%61b/d%2Fe", "/x:y", ("../x:y", "../")),
    ];
    for (page, document, (to_document, to_top)) in places {
        let app = app_with(Start::new().docs_at(page).openapi_at(document));
        let asked = if page == "/" { page } else { page.trim_end_matches('/') };
        assert_eq!(links(&app, asked).await, (to_document.to_owned(), to_top.to_owned()), "{page}");
        let found: Value = app.get(document).await.json().await.unwrap();
        assert_eq!(found["info"]["title"], "behaviour", "{document}");
        for (path, still) in [("/docs", page == "/docs"), ("/openapi.json", document == "/openapi.json")] {
            assert_eq!(app.get(path).await.status() == 200, still, "{page} {document} {path}");
        }
    }
}

#[start_runtime::test]
async fn a_trailing_slash_leads_to_the_page_whose_links_fit() {
    let app = app_with(Start::new().docs_at("/a/docs"));
    let answer = app.get("/a/docs/").await;
    assert_eq!((answer.status().as_u16(), answer.header("location")), (308, Some("../docs")));
    assert_eq!(app.get("/openapi.json/").await.status(), 200);
}

#[start_runtime::test]
async fn both_can_be_switched_off() {
    let app = app_with(Start::new().without_docs());
    for path in ["/docs", "/openapi.json"] {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
}

#[start_runtime::test]
async fn a_route_of_the_users_takes_the_place() {
    let app = app_with(Start::new().docs_at("/taken/docs"));
    assert_eq!(app.get("/taken/docs").await.text().await.unwrap(), "mine");
    let app = app_with(Start::new().openapi_at("/taken/docs"));
    assert_eq!(app.get("/taken/docs").await.text().await.unwrap(), "mine");
    assert_eq!(app.get("/docs").await.status(), 200);
}

#[start_runtime::test]
async fn a_place_that_is_no_path_is_told_at_start_up() {
    let cases = [
        ("reference", "docs_at(\"reference\")`: `reference` is not a path: it has to begin with `/`"),
        ("/[lang]/docs", "`[` itself is written percent-encoded"),
        ("/docs?x", "`?` itself is written percent-encoded"),
        ("/a//b", "a segment of it is empty"),
        ("/../docs", "a segment `.` or `..`"),
        ("/%zz", "`%` is followed by two hex digits"),
        ("/openapi.json", "the document is there"),
    ];
    for (path, reason) in cases {
        let error = Start::new().docs_at(path).listen(([127, 0, 0, 1], 0).into()).await.err().unwrap().to_string();
        assert!(error.contains(reason) && error.contains("docs_at(\"/reference\")"), "{path}: {error}");
    }
    let error = Start::new().openapi_at("x").listen(([127, 0, 0, 1], 0).into()).await.err().unwrap().to_string();
    assert!(error.contains("openapi_at(\"/reference/openapi.json\")"), "{error}");
}

#[test]
fn a_site_for_the_disk_is_written() {
    let folder = std::env::temp_dir().join(format!("start-docs-{}", std::process::id()));
    let site = folder.join("made/for/it");
    let run = |out: &std::path::Path| {
        Command::new(env!("CARGO_BIN_EXE_good")).args(["docs", "--out"]).arg(out).output().unwrap()
    };
    let first = run(&site);
    assert!(first.status.success());
    let printed = String::from_utf8(first.stdout).unwrap();
    assert!(
        printed.contains("made/for/it/index.html\n") && printed.contains("made/for/it/openapi.json\n"),
        "{printed}"
    );
    fs::write(site.join("kept.txt"), "kept").unwrap();
    fs::write(site.join("index.html"), "old").unwrap();
    assert!(run(&site).status.success());
    let page = fs::read_to_string(site.join("index.html")).unwrap();
    assert_eq!(fs::read_to_string(site.join("kept.txt")).unwrap(), "kept");
    let inlined = page.split("id=\"openapi\">").nth(1).unwrap().split("</script>").next().unwrap();
    let document = fs::read_to_string(site.join("openapi.json")).unwrap();
    assert_eq!(from_str::<Value>(inlined).unwrap(), from_str::<Value>(&document).unwrap());
    assert!(page.contains("<script type=\"application/json\" id=\"ui-prose\">{"), "{page}");
    assert!(!page.contains("connect-src") && !page.contains("frame-ancestors"), "a policy for the disk");
    // A file stands where the folder should be.
    let refused = run(&site.join("kept.txt"));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(error.starts_with("error: `") && error.contains("kept.txt` cannot be written: "), "{error}");
    fs::remove_dir_all(folder).unwrap();
}
