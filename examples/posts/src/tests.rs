//! Tests of the routes without a socket, each on a database of its own.

use std::time::Duration;
use std::{fs, thread};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, query_as};
use start_runtime::actix_web::http::Method;
use start_runtime::actix_web::web::Bytes;
use start_runtime::serde_json::{self, Value, json};
use start_runtime::test::{self, FormPart, TestApp, TestRequest};
use tempfile::TempDir;

use crate::db::Db;
use crate::program;
use crate::upload::Uploads;

/// The program, and the folder that contains its database: dropping it deletes the folder.
async fn app() -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    let db = Db::open(&format!("sqlite://{}/posts.db", folder.path().display())).await.unwrap();
    let uploads = Uploads::open(folder.path().join("uploads")).unwrap();
    (test::app_with(program(db, uploads)), folder)
}

/// The names in the folder of uploads, and the number of files in the folder where they arrive.
fn files(folder: &TempDir) -> (Vec<String>, usize) {
    let uploads = folder.path().join("uploads");
    let names = uploads.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept = names.filter(|name| !name.starts_with('.')).collect();
    (kept, uploads.join(".incoming").read_dir().unwrap().count())
}

fn file(name: &str, content: impl Into<Bytes>) -> FormPart {
    FormPart::file("file", name, "text/plain", content)
}

async fn add(app: &TestApp, title: &str, body: &str) -> Value {
    let answer = app.post("/api/posts").json(&json!({ "title": title, "body": body })).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

#[start_runtime::test]
async fn answers_are_these_to_the_byte() {
    let (app, _folder) = app().await;
    let created_at = add(&app, "One", "1").await["createdAt"].as_str().unwrap().to_owned();
    let one = format!(r#"{{"id":1,"title":"One","body":"1","createdAt":"{created_at}"}}"#);
    let uno = format!(r#"{{"id":1,"title":"Uno","body":"","createdAt":"{created_at}"}}"#);
    let new = Some(json!({ "title": "Uno", "body": "" }));
    let not_found = r#"{"error":"Not found"}"#.to_owned();
    for (method, path, body, status, expected) in [
        (Method::GET, "/api/posts", None, 200, format!("[{one}]")),
        (Method::GET, "/api/posts/1", None, 200, one.clone()),
        (Method::PUT, "/api/posts/1", new.clone(), 200, uno.clone()),
        (Method::GET, "/api/posts/1", None, 200, uno.clone()),
        (Method::GET, "/api/posts/2", None, 404, not_found.clone()),
        (Method::GET, "/api/posts/abc", None, 404, not_found.clone()),
        (Method::GET, "/api/posts/01", None, 404, not_found.clone()),
        (Method::GET, "/api/posts/99999999999999999999", None, 404, not_found.clone()),
        (Method::PUT, "/api/posts/2", new.clone(), 404, not_found.clone()),
        (Method::PUT, "/api/posts/abc", new.clone(), 404, not_found.clone()),
        (Method::GET, "/api/data", None, 200, r#"{"posts":1}"#.to_owned()),
        (Method::DELETE, "/api/posts/1", None, 204, String::new()),
        (Method::DELETE, "/api/posts/1", None, 204, String::new()),
        (Method::DELETE, "/api/posts/abc", None, 204, String::new()),
        (Method::GET, "/api/posts/1", None, 404, not_found.clone()),
        (Method::GET, "/api/posts", None, 200, "[]".to_owned()),
        (Method::GET, "/api/files", None, 200, r#"{"path":""}"#.to_owned()),
        (Method::GET, "/api/files/a%20b/c%2Fd.txt", None, 200, r#"{"path":"a b/c/d.txt"}"#.to_owned()),
    ] {
        let what = format!("{method} {path}");
        let mut request = app.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.await;
        assert_eq!(answer.status().as_u16(), status, "{what}");
        let content_type = if status == 204 { None } else { Some("application/json") };
        assert_eq!(answer.header("content-type"), content_type, "{what}");
        assert_eq!(answer.text().await.unwrap(), expected, "{what}");
    }
}

#[start_runtime::test]
async fn a_new_post_has_a_place_and_a_time() {
    let (app, _folder) = app().await;
    let answer = app.post("/api/posts").json(&json!({ "title": "Größe", "body": "a\nb" })).await;
    assert_eq!((answer.status().as_u16(), answer.header("location")), (201, Some("/api/posts/1")));
    let post: Value = answer.json().await.unwrap();
    assert_eq!((&post["title"], &post["body"]), (&json!("Größe"), &json!("a\nb")));
    assert!(chrono::DateTime::parse_from_rfc3339(post["createdAt"].as_str().unwrap()).is_ok(), "{post}");
    assert_eq!(app.get("/api/posts/1").await.json::<Value>().await.unwrap(), post);
}

#[start_runtime::test]
async fn the_id_of_a_deleted_post_is_not_given_again() {
    let (app, _folder) = app().await;
    assert_eq!(add(&app, "One", "").await["id"], 1);
    app.delete("/api/posts/1").await;
    assert_eq!(add(&app, "Two", "").await["id"], 2);
}

#[start_runtime::test]
async fn a_bad_post_is_refused_and_its_field_named() {
    let (app, _folder) = app().await;
    add(&app, "One", "1").await;
    for (body, pointer) in [
        (json!({ "title": "", "body": "text" }), "#/title"),
        (json!({ "body": "text" }), "#/title"),
        (json!({ "title": 1, "body": "text" }), "#/title"),
        (json!({ "title": "Title" }), "#/body"),
    ] {
        for (method, path) in [(Method::POST, "/api/posts"), (Method::PUT, "/api/posts/1")] {
            let answer = app.request(method, path).json(&body).await;
            assert_eq!(answer.status(), 422, "{body}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
    }
    let posts: Value = app.get("/api/posts").await.json().await.unwrap();
    assert_eq!((posts.as_array().unwrap().len(), &posts[0]["title"]), (1, &json!("One")));
}

#[start_runtime::test]
async fn files_are_kept_under_their_hashes() {
    const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let (app, folder) = app().await;
    let title = FormPart::text("title", "Greetings");
    let parts = [title, file("../../hello.txt", "hello"), file("empty", ""), file("again.txt", "hello")];
    let answer = app.post("/api/uploads").multipart(parts).await;
    assert_eq!((answer.status().as_u16(), answer.header("content-type")), (201, Some("application/json")));
    let expected = format!(
        r#"[{{"name":"../../hello.txt","size":5,"sha256":"{HELLO}"}},{{"name":"empty","size":0,"sha256":"{NOTHING}"}},{{"name":"again.txt","size":5,"sha256":"{HELLO}"}}]"#
    );
    assert_eq!(answer.text().await.unwrap(), expected);
    let (mut kept, arriving) = files(&folder);
    kept.sort();
    assert_eq!((kept, arriving), (vec![HELLO.to_owned(), NOTHING.to_owned()], 0));
    assert_eq!(fs::read_to_string(folder.path().join("uploads").join(HELLO)).unwrap(), "hello");
}

#[start_runtime::test]
async fn an_upload_that_is_refused_leaves_nothing() {
    let (app, folder) = app().await;
    let large = || file("a", "a".repeat(600_000));
    let half = format!("--X\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n{}", "a".repeat(600_000));
    let form = "multipart/form-data; boundary=X";
    for (request, status) in [
        (app.post("/api/uploads").multipart([large()]), 422),
        (app.post("/api/uploads").multipart([FormPart::text("title", "Title")]), 422),
        (app.post("/api/uploads").multipart([FormPart::text("title", "Title"), FormPart::text("file", "Text")]), 422),
        (app.post("/api/uploads").multipart([large(), FormPart::text("title", "a".repeat(3 << 20))]), 413),
        (app.post("/api/uploads").header("Content-Type", form).body(half), 400),
        (app.post("/api/uploads").header("Content-Type", form).header("Content-Length", "3000000000"), 413),
    ] {
        let answer = request.await;
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    // Files are deleted on another thread.
    for _ in 0..100 {
        if files(&folder) == (vec![], 0) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("files are left: {:?}", files(&folder));
}

#[start_runtime::test]
async fn health_tells_the_time() {
    let (app, _folder) = app().await;
    let text = app.get("/api/health").await.text().await.unwrap();
    let timestamp = text.strip_prefix(r#"{"status":"ok","timestamp":"#).and_then(|rest| rest.strip_suffix('}'));
    let timestamp: i64 = timestamp.expect(&text).parse().unwrap();
    assert!((chrono::Utc::now().timestamp_millis() - timestamp).abs() < 60_000, "{text}");
}

#[start_runtime::test]
async fn figures_may_be_cached_and_read_by_other_sites() {
    let (app, _folder) = app().await;
    let answer = app.get("/api/data").await;
    assert_eq!(answer.header("cache-control"), Some("public, s-maxage=60"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

#[start_runtime::test]
async fn the_front_end_answers_what_the_api_does_not() {
    let (app, _folder) = app().await;
    for (path, status, content_type) in [
        ("/", 200, "text/html; charset=utf-8"),
        ("/posts/3", 200, "text/html; charset=utf-8"),
        ("/app.js", 200, "text/javascript; charset=utf-8"),
        ("/style.css", 200, "text/css; charset=utf-8"),
        ("/api/nothing", 404, "application/problem+json"),
        ("/missing.js", 404, "application/problem+json"),
    ] {
        let answer = app.get(path).header("Accept", "text/html,*/*;q=0.8").await;
        assert_eq!((answer.status().as_u16(), answer.header("content-type")), (status, Some(content_type)), "{path}");
    }
}

#[start_runtime::test]
async fn the_document_says_what_types_say() {
    let (app, _folder) = app().await;
    let document: Value = serde_json::from_str(&app.get("/openapi.json").await.text().await.unwrap()).unwrap();
    assert_eq!(document["components"]["schemas"]["Post"]["properties"]["createdAt"]["format"], "date-time");
    assert_eq!(document["components"]["schemas"]["NewPost"]["properties"]["title"]["minLength"], 1);
    let missing = &document["paths"]["/api/posts/{postId}"]["get"]["responses"]["404"];
    assert_eq!(missing["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/NotFound");
}

/// A delivery as Stripe signs it.
fn delivery(app: &TestApp, body: &str) -> TestRequest {
    let time = chrono::Utc::now().timestamp();
    let mut hmac = Hmac::<Sha256>::new_from_slice(b"whsec_test_secret").unwrap();
    hmac.update(format!("{time}.{body}").as_bytes());
    let signature = format!("t={time},v1={}", hex::encode(hmac.finalize().into_bytes()));
    app.post("/api/webhooks/stripe").header("stripe-signature", signature).body(body.to_owned())
}

fn completed(id: &str) -> String {
    json!({ "id": id, "type": "checkout.session.completed", "data": { "object": { "id": "cs_1" } } }).to_string()
}

#[start_runtime::test]
async fn a_completed_checkout_is_stored_once() {
    let (app, folder) = app().await;
    for body in [
        completed("evt_1"),
        completed("evt_1"),
        completed("evt_2"),
        json!({ "id": "evt_3", "type": "invoice.paid", "data": { "object": {} } }).to_string(),
        json!({ "type": "checkout.session.completed" }).to_string(),
        "{}".to_owned(),
    ] {
        let answer = delivery(&app, &body).await;
        let got = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(got, (200, r#"{"received":true}"#.to_owned()), "{body}");
    }
    let mut database = SqliteConnectOptions::new().filename(folder.path().join("posts.db")).connect().await.unwrap();
    let stored = query_as::<_, (String, String)>("SELECT event_id, session FROM checkouts ORDER BY event_id");
    let stored = stored.fetch_all(&mut database).await.unwrap();
    let session = r#"{"id":"cs_1"}"#.to_owned();
    assert_eq!(stored, [("evt_1".to_owned(), session.clone()), ("evt_2".to_owned(), session)]);
}

#[start_runtime::test]
async fn what_is_no_event_of_stripe_is_refused() {
    let (app, _folder) = app().await;
    let (missing, invalid) = (r#"{"error":"Missing signature"}"#, r#"{"error":"Invalid signature"}"#);
    let body = completed("evt_1");
    let send = |signature: Option<&str>| {
        let request = app.post("/api/webhooks/stripe").body(body.clone());
        signature.into_iter().fold(request, |request, value| request.header("stripe-signature", value))
    };
    for (request, status, expected) in [
        (send(None), 400, missing),
        (send(Some("")), 400, missing),
        (send(Some("  ")), 400, missing),
        (send(Some("garbage")), 400, invalid),
        (send(Some("t=1,v1=00")), 400, invalid),
        (delivery(&app, ""), 400, invalid),
        (delivery(&app, "[1"), 400, invalid),
        (delivery(&app, "[]"), 400, invalid),
    ] {
        let answer = request.await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (status, expected));
    }
    let large = delivery(&app, &format!("\"{}\"", "x".repeat(3 << 20))).await;
    assert_eq!((large.status().as_u16(), large.header("content-type")), (413, Some("application/problem+json")));
}
