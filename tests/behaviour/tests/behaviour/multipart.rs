//! Multipart forms: typed, part by part, within limits, and with nothing left behind.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::schemars::JsonSchema;
use start_runtime::serde_json::{Value, from_str, json};
use start_runtime::test::{TestApp, TestRequest, app, app_with};
use start_runtime::{Multipart, MultipartLimits, Response, UploadedFile};

use crate::wire::{Server, eventually};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum House {
    Gryffindor,
    Ravenclaw,
}

#[derive(Deserialize)]
struct Album {
    title: String,
    year: u16,
    house: Option<House>,
    #[serde(default, rename = "tag")]
    tags: Vec<String>,
    cover: Option<UploadedFile<1000>>,
    #[serde(default)]
    photos: Vec<UploadedFile>,
}

async fn told<const MAX: u64>(file: &UploadedFile<MAX>) -> Value {
    let content = file.bytes().await.unwrap();
    assert_eq!(content.len() as u64, file.size());
    let mut stream = file.stream();
    let mut streamed = Vec::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        streamed.extend_from_slice(&chunk);
    }
    assert_eq!(streamed, content);
    json!({
        "name": file.file_name(),
        "type": file.content_type(),
        "size": file.size(),
        "begin": String::from_utf8_lossy(&content[..content.len().min(10)]),
    })
}

#[api_route(POST, "/mp/album")]
async fn album(Multipart(album): Multipart<Album>) -> Value {
    let Album { title, year, house, tags, cover, photos } = album;
    let mut told_photos = Vec::new();
    for photo in &photos {
        told_photos.push(told(photo).await);
    }
    let cover = match &cover {
        Some(cover) => told(cover).await,
        None => Value::Null,
    };
    json!({ "title": title, "year": year, "house": house, "tags": tags, "cover": cover, "photos": told_photos })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "start_runtime::schemars")]
struct OneFile {
    file: UploadedFile,
}

#[api_route("/mp/one", body_limit = 3_000_000)]
mod one {
    use super::*;

    async fn POST(Multipart(OneFile { file }): Multipart<OneFile>) -> Value {
        told(&file).await
    }

    /// Keeps the file at the path that the query names.
    async fn PUT(event: APIEvent) -> Result<StatusCode, Problem> {
        let OneFile { file } = event.request.multipart_form().await?;
        let temporary = file.path().to_owned();
        assert!(temporary.exists());
        file.persist(event.request.query_string()).await?;
        assert!(!temporary.exists());
        Ok(StatusCode::CREATED)
    }
}

/// A file that is sent back after the handler has returned.
#[api_route(POST, "/mp/back")]
async fn back(Multipart(OneFile { file }): Multipart<OneFile>) -> Response {
    Response::stream(file.stream())
}

#[derive(Deserialize)]
struct Flat {
    title: String,
    #[serde(flatten)]
    more: HashMap<String, UploadedFile>,
}

#[api_route(POST, "/mp/flat")]
async fn flat(form: Multipart<Flat>) -> Value {
    let files: BTreeMap<&String, Option<&str>> =
        form.more.iter().map(|(name, file)| (name, file.file_name())).collect();
    json!({ "title": form.title, "files": files })
}

#[api_route(POST, "/mp/map")]
async fn map(Multipart(form): Multipart<BTreeMap<String, String>>) -> Value {
    json!(form)
}

/// Reads each part in the way that the query names.
#[api_route(POST, "/mp/parts")]
async fn parts(event: APIEvent) -> Result<Value, Problem> {
    let mut seen = Vec::new();
    let mut parts = event.request.multipart();
    while let Some(mut part) = parts.next().await? {
        let content = match event.request.query_string() {
            "text" => json!(part.text().await?),
            "bytes" => json!(part.bytes().await?.len()),
            "chunks" => {
                let mut length = 0;
                while let Some(chunk) = part.chunk().await? {
                    length += chunk.len();
                }
                json!(length)
            }
            _ => Value::Null,
        };
        seen.push(
            json!({ "name": part.name(), "file": part.file_name(), "type": part.content_type(), "content": content }),
        );
    }
    Ok(json!(seen))
}

#[api_route(POST, "/mp/limited-parts")]
async fn limited_parts(event: APIEvent) -> Result<usize, Problem> {
    const LIMITS: MultipartLimits = MultipartLimits::new().file(100).text_field(10);
    let mut parts = event.request.multipart_with(LIMITS);
    let mut count = 0;
    while parts.next().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[api_route(POST, "/mp/twice")]
async fn twice(Multipart(_form): Multipart<OneFile>, event: APIEvent) -> Result<(), Problem> {
    event.request.multipart().next().await.map(drop)
}

/// Saves each file under the name of its field in the folder that the query names. Returns the sum of their bytes.
#[api_route(POST, "/mp/save")]
async fn save(event: APIEvent) -> Result<Value, Problem> {
    let folder = PathBuf::from(event.request.query_string());
    let mut saved = Vec::new();
    let mut parts = event.request.multipart();
    while let Some(mut part) = parts.next().await? {
        let path = folder.join(part.name());
        let mut sum = 0;
        let add = |piece: &[u8]| sum += piece.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let size = part.save_to_with(path, add).await?;
        saved.push(json!({ "name": part.name(), "size": size, "sum": sum }));
    }
    Ok(json!(saved))
}

const BOUNDARY: &str = "----boundary";

fn text(name: &str, value: &str) -> Vec<u8> {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
}

fn file(name: &str, file_name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: image/png\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn body(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

fn post(app: &TestApp, path: &str, parts: &[Vec<u8>]) -> TestRequest {
    app.post(path).header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body(parts))
}

async fn answer(request: TestRequest) -> (u16, Value) {
    let answer = request.await;
    (answer.status().as_u16(), from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

/// A folder for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("start-behaviour-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[start_runtime::test]
async fn fields_are_typed_and_files_are_on_disk() {
    let large: Vec<u8> = (0..600_000_u32).flat_map(u32::to_le_bytes).take(1_900_000).collect();
    let tricky = b"\r\n--\r\n--------boundar\r\n\r--\r\n\n\r";
    let parts = [
        text("title", "Größe & more"),
        text("year", "1991"),
        text("unknown", "x"),
        text("house", "ravenclaw"),
        text("tag", "a"),
        file("photos", "größe.png", &large),
        text("tag", "b"),
        file("cover", "c.png", tricky),
        file("unknown", "c.png", &large),
        file("photos", "", b"no name"),
    ];
    let (status, album) = answer(post(&app(), "/mp/album", &parts)).await;
    let expected = json!({
        "title": "Größe & more",
        "year": 1991,
        "house": "ravenclaw",
        "tags": ["a", "b"],
        "cover": { "name": "c.png", "type": "image/png", "size": tricky.len(), "begin": "\r\n--\r\n----" },
        "photos": [
            { "name": "größe.png", "type": "image/png", "size": large.len(), "begin": String::from_utf8_lossy(&large[..10]) },
            { "name": "", "type": "image/png", "size": 7, "begin": "no name" },
        ],
    });
    assert_eq!((status, album), (200, expected));
}

#[start_runtime::test]
async fn text_is_no_file_and_neither_is_an_empty_input() {
    let app = app();
    let (status, problem) =
        answer(post(&app, "/mp/album", &[text("title", "a"), text("year", "1"), text("cover", "text")])).await;
    assert_eq!((status, &problem["errors"][0]["name"]), (422, &json!("cover")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("a file is expected"), "{problem}");
    let empty = [text("title", ""), text("year", "1"), file("cover", "", b""), file("photos", "", b"")];
    let (status, album) = answer(post(&app, "/mp/album", &empty)).await;
    assert_eq!((status, &album["cover"], &album["photos"]), (200, &Value::Null, &json!([])));
    let (status, problem) = answer(post(&app, "/mp/one", &[file("file", "", b"")])).await;
    assert_eq!((status, &problem["errors"][0]["name"]), (422, &json!("file")), "{problem}");
    assert_eq!(answer(post(&app, "/mp/one", &[file("file", "empty.txt", b"")])).await.1["size"], 0);
}

#[start_runtime::test]
async fn all_fields_that_do_not_fit_are_told() {
    let parts =
        [text("year", "x"), text("house", "durmstrang"), file("cover", "a.png", b"1"), file("cover", "b.png", b"2")];
    let (status, problem) = answer(post(&app(), "/mp/album", &parts)).await;
    let errors = problem["errors"].as_array().unwrap();
    let mut names: Vec<&str> = errors.iter().map(|error| error["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!((status, names), (422, vec!["cover", "house", "title", "year"]), "{problem}");
    assert!(errors.iter().all(|error| error["in"] == "form"), "{problem}");
    let cover = errors.iter().find(|error| error["name"] == "cover").unwrap();
    assert_eq!(cover["value"], "a.png, b.png", "{problem}");
    assert_eq!(cover["detail"], "is there 2 times, and one value is expected", "{problem}");
    let (status, problem) = answer(post(&app(), "/mp/one", &[file("file", "a", b"1"), text("other", "x")])).await;
    assert_eq!((status, &problem["errors"][0]["name"]), (422, &json!("other")), "{problem}");
}

#[start_runtime::test]
async fn maps_and_flattened_fields_take_files_by_their_file_names() {
    let app = app();
    let parts = [text("title", "t"), file("a", "a.png", b"a"), file("b", "b.png", b"b")];
    assert_eq!(
        answer(post(&app, "/mp/flat", &parts)).await,
        (200, json!({ "title": "t", "files": { "a": "a.png", "b": "b.png" } }))
    );
    let (status, problem) = answer(post(&app, "/mp/flat", &[text("title", "t"), text("a", "no file")])).await;
    assert!(status == 422 && problem["detail"].as_str().unwrap().contains("a file is expected"), "{problem}");
    assert_eq!(
        answer(post(&app, "/mp/map", &[text("a", "1"), text("b", "2")])).await,
        (200, json!({ "a": "1", "b": "2" }))
    );
    assert_eq!(answer(post(&app, "/mp/map", &[file("a", "a.png", b"1")])).await, (200, json!({ "a": "1" })));
}

#[start_runtime::test]
async fn parts_come_one_by_one() {
    let app = app();
    let parts =
        [text("title", "größe"), file("file", "a \\\"b\\\".png", b"content"), file("c:\\x", "C:\\\\dir\\\\c.png", b"")];
    let told = |contents: [Value; 3]| {
        let [first, second, third] = contents;
        json!([
            { "name": "title", "file": null, "type": null, "content": first },
            { "name": "file", "file": "a \"b\".png", "type": "image/png", "content": second },
            { "name": "c:\\x", "file": "C:\\dir\\c.png", "type": "image/png", "content": third },
        ])
    };
    for (query, contents) in [
        ("text", [json!("größe"), json!("content"), json!("")]),
        ("bytes", [json!(7), json!(7), json!(0)]),
        ("chunks", [json!(7), json!(7), json!(0)]),
        ("skip", [Value::Null, Value::Null, Value::Null]),
    ] {
        let (status, seen) = answer(post(&app, &format!("/mp/parts?{query}"), &parts)).await;
        assert_eq!((status, seen), (200, told(contents)), "{query}");
    }
    assert_eq!(answer(post(&app, "/mp/parts", &[])).await, (200, json!([])));
    let extended =
        b"--b\r\nContent-Disposition: form-data; name=f; filename*=UTF-8''gr%C3%B6%C3%9Fe.png\r\n\r\n\r\n--b--\r\n";
    let request =
        app.post("/mp/parts").header("content-type", "multipart/form-data; boundary=b").body(extended.to_vec());
    assert_eq!(answer(request).await.1[0]["file"], "größe.png");
}

#[start_runtime::test]
async fn over_a_limit_is_a_413_that_names_the_field_and_the_limit() {
    let limits = MultipartLimits::new().text_field(100).all_text(250).file(1200).parts(4).total(4000);
    let app = app_with(Start::new().multipart_limits(limits));
    let x = |length: usize| "x".repeat(length);
    let file = |name: &str, length: usize| file(name, "a.png", x(length).as_bytes());
    let cases = [
        ("a text field", vec![text("title", &x(101))], "title", 100),
        ("all text", vec![text("title", &x(100)), text("year", &x(100)), text("tag", &x(51))], "tag", 250),
        ("names", vec![text(&x(251), "")], &x(251), 250),
        ("a file by its type", vec![file("cover", 1001)], "cover", 1000),
        ("a file", vec![file("photos", 1201)], "photos", 1200),
        ("parts", vec![text("tag", ""); 5], "tag", 4),
    ];
    for (what, parts, field, limit) in cases {
        let (status, problem) = answer(post(&app, "/mp/album", &parts)).await;
        assert_eq!(
            (status, &problem["field"], &problem["limit"]),
            (413, &json!(field), &json!(limit)),
            "{what}: {problem}"
        );
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(field) && detail.contains(&limit.to_string()), "{what}: {detail}");
    }
    let limits = MultipartLimits::new().files(2);
    let few = app_with(Start::new().multipart_limits(limits));
    let fields = [text("title", "t"), text("year", "1")];
    for (app, most) in [(&few, 2), (&start_runtime::test::app(), 100)] {
        for (count, status) in [(most, 200), (most + 1, 413)] {
            let mut parts = [&fields[..], &vec![file("photos", 3); count]].concat();
            let empty = b"Content-Disposition: form-data; name=\"photos\"; filename=\"\"\r\n\r\n\r\n";
            parts.push([format!("--{BOUNDARY}\r\n").as_bytes(), empty].concat());
            let (found, problem) = answer(post(app, "/mp/album", &parts)).await;
            assert_eq!(found, status, "{count} files: {problem}");
            if status == 413 {
                assert_eq!((&problem["field"], &problem["limit"]), (&json!("photos"), &json!(most)), "{problem}");
            }
            assert_eq!(answer(post(app, "/mp/parts", &parts)).await.0, 200, "parts are not stored");
        }
    }
    let fits = [text("title", &x(100)), text("year", "1"), file("cover", 1000), file("photos", 1200)];
    assert_eq!(answer(post(&app, "/mp/album", &fits)).await.0, 200);
    let announced = [file("photos", 1200), file("photos", 1200), file("photos", 1200), file("photos", 1200)];
    assert_eq!(answer(post(&app, "/mp/album", &announced)).await.0, 413);
}

#[start_runtime::test]
async fn limits_of_a_call_and_of_a_route_come_first() {
    let app = app_with(Start::new().multipart_limits(MultipartLimits::new().file(10).total(1000)).body_limit(500));
    let file = |length: usize| file("file", "a.png", &vec![b'x'; length]);
    assert_eq!(answer(post(&app, "/mp/limited-parts", &[file(100), text("t", "0123456789")])).await, (200, json!(2)));
    assert_eq!(answer(post(&app, "/mp/limited-parts", &[file(101)])).await.0, 413, "what is skipped counts too");
    assert_eq!(answer(post(&app, "/mp/limited-parts", &[text("t", "0123456789+")])).await.0, 413);
    let app = app_with(Start::new().multipart_limits(MultipartLimits::new().total(1000)).body_limit(500));
    assert_eq!(answer(post(&app, "/mp/one", &[file(2_000_000)])).await.0, 200, "the route's body_limit");
    assert_eq!(answer(post(&app, "/mp/one", &[file(3_000_000)])).await.0, 413);
    assert_eq!(answer(post(&app, "/mp/parts?chunks", &[file(600)])).await.0, 200);
    let (status, problem) = answer(post(&app, "/mp/parts?bytes", &[file(501)])).await;
    assert_eq!((status, &problem["field"], &problem["limit"]), (413, &json!("file"), &json!(500)), "{problem}");
    let app = app_with(Start::new().stream_limit(1000));
    assert_eq!(answer(post(&app, "/mp/parts?chunks", &[file(1000)])).await.0, 413);
}

#[start_runtime::test]
async fn what_is_no_multipart_form_is_refused_with_a_reason() {
    let app = app();
    let content_types = [
        ("", 415, "no Content-Type"),
        ("application/json", 415, "application/json"),
        ("multipart/mixed; boundary=b", 415, "multipart/mixed"),
        ("multipart/form-data", 400, "boundary"),
        ("multipart/form-data; boundary=", 400, "boundary"),
        ("multipart/form-data; boundary=\"\"", 400, "boundary"),
        ("multipart/form-data; charset=utf-8", 400, "boundary"),
    ];
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    for (content_type, status, word) in content_types.into_iter().chain([(long.as_str(), 400, "boundary")]) {
        for path in ["/mp/album", "/mp/parts"] {
            let request = app.post(path).body("--b--\r\n");
            let request = if content_type.is_empty() { request } else { request.header("content-type", content_type) };
            let (found, problem) = answer(request).await;
            assert_eq!(found, status, "{content_type}: {problem}");
            assert!(problem["detail"].as_str().unwrap().contains(word), "{content_type}: {problem}");
        }
    }
    let bodies = [
        ("", "last boundary"),
        ("nothing", "last boundary"),
        ("--other\r\n", "last boundary"),
        ("--b\r\n", "last boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n", "last boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n", "last boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b", "boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--bc\r\n", "boundary"),
        ("--b\r\n\r\nx\r\n--b--\r\n", "Content-Disposition"),
        ("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n", "Content-Disposition"),
        ("--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--\r\n", "form-data"),
        ("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "name"),
        ("--b\r\nContent-Disposition form-data\r\n\r\nx\r\n--b--\r\n", "headers"),
        (
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\nx\r\n--b--\r\n",
            "RFC 7578",
        ),
    ];
    let many = format!("--b\r\nContent-Disposition: form-data; name={}\r\n\r\nx\r\n--b--\r\n", "a".repeat(70_000));
    for (body, word) in bodies.into_iter().chain([(many.as_str(), "64 KiB")]) {
        for path in ["/mp/map", "/mp/parts"] {
            let request =
                app.post(path).header("content-type", "multipart/form-data; boundary=b").body(body.to_owned());
            let (status, problem) = answer(request).await;
            assert_eq!(status, 400, "{body:?}: {problem}");
            assert!(problem["detail"].as_str().unwrap().contains(word), "{body:?}: {problem}");
        }
    }
    let not_utf8 = [&text("title", "")[..text("title", "").len() - 2], b"\xff\r\n"].concat();
    let (status, problem) = answer(post(&app, "/mp/album", &[not_utf8])).await;
    assert!(status == 400 && problem["detail"].as_str().unwrap().contains("`title`"), "{problem}");
}

#[start_runtime::test]
async fn a_compressed_form_is_a_415_and_a_second_read_an_error() {
    let app = app();
    let compressed = post(&app, "/mp/album", &[]).header("content-encoding", "gzip").await;
    assert_eq!((compressed.status().as_u16(), compressed.header("accept-encoding")), (415, Some("identity")));
    assert_eq!(answer(post(&app, "/mp/twice", &[file("file", "a", b"")])).await.0, 500);
}

#[start_runtime::test]
async fn files_are_deleted_when_the_request_is_done_unless_they_are_kept() {
    let (uploads, kept) = (Folder::new("uploads"), Folder::new("kept"));
    let app = app_with(Start::new().upload_folder(uploads.path()));
    assert_eq!(answer(post(&app, "/mp/one", &[file("file", "a", b"content")])).await.0, 200);
    eventually("the file of an answered request is deleted", || uploads.files().is_empty());
    let target = kept.path().join("a file");
    std::fs::write(&target, "old").unwrap();
    let path = format!("/mp/one?{}", target.display().to_string().replace(' ', "%20"));
    // The query is used unchanged.
    let target = kept.path().join("a%20file");
    let request = app.put(path).header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    assert_eq!(request.body(body(&[file("file", "a", b"content")])).await.status(), 201);
    assert_eq!(std::fs::read(&target).unwrap(), b"content");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&target), mode(&kept.path().join("a file")), "as any new file");
    }
    assert_eq!(kept.files(), ["a file", "a%20file"]);
    assert!(uploads.files().is_empty());
}

#[start_runtime::test]
async fn files_of_a_refused_form_are_deleted() {
    let uploads = Folder::new("refused");
    let app = app_with(Start::new().upload_folder(uploads.path()));
    let large = vec![b'x'; 700_000];
    for (what, parts, status) in [
        ("a missing field", vec![file("photos", "a", &large)], 422),
        ("a file over its limit", vec![file("photos", "a", &large), file("cover", "b", &large)], 413),
        ("too large", vec![file("photos", "a", &large), text("title", &"x".repeat(3_000_000))], 413),
    ] {
        assert_eq!(answer(post(&app, "/mp/album", &parts)).await.0, status, "{what}");
        eventually(what, || uploads.files().is_empty());
    }
    let mut cut = body(&[file("photos", "a", &large), file("photos", "b", &large)]);
    cut.truncate(1_000_000);
    let request = app.post("/mp/album").header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    assert_eq!(answer(request.body(cut)).await.0, 400);
    eventually("a form that was cut off", || uploads.files().is_empty());
}

#[start_runtime::test]
async fn a_file_that_is_sent_back_is_there_until_it_is_sent() {
    let uploads = Folder::new("back");
    let app = app_with(Start::new().upload_folder(uploads.path()));
    let large = vec![b'x'; 700_000];
    let answer = post(&app, "/mp/back", &[file("file", "a", &large)]).await;
    assert_eq!(uploads.files().len(), 1);
    assert_eq!(answer.bytes().await.unwrap(), large);
    eventually("the file was sent", || uploads.files().is_empty());
}

#[start_runtime::test]
async fn parts_are_saved_whole_or_not_at_all() {
    let folder = Folder::new("saved");
    let app = app_with(Start::new().multipart_limits(MultipartLimits::new().file(1_000_000)));
    let path = format!("/mp/save?{}", folder.path().display());
    std::fs::write(folder.path().join("b"), "old").unwrap();
    let content = vec![3; 700_000];
    let (status, saved) =
        answer(post(&app, &path, &[file("a", "x", &content), file("b", "x", b"ab"), file("c", "x", b"")])).await;
    let expected = json!([
        { "name": "a", "size": 700_000, "sum": 2_100_000 },
        { "name": "b", "size": 2, "sum": 195 },
        { "name": "c", "size": 0, "sum": 0 },
    ]);
    assert_eq!((status, saved), (200, expected));
    assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), content);
    assert_eq!(std::fs::read(folder.path().join("b")).unwrap(), b"ab");
    let too_large = vec![3; 1_000_001];
    assert_eq!(answer(post(&app, &path, &[file("a", "x", &too_large)])).await.0, 413);
    eventually("nothing else is left", || folder.files() == ["a", "b", "c"]);
    assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), content, "the old file stays");
    assert_eq!(answer(post(&app, "/mp/save?/nowhere/at/all", &[file("a", "x", b"")])).await.0, 500);
}

#[start_runtime::test]
async fn a_folder_for_uploads_that_is_not_there_is_an_error_at_start_up() {
    let error = Start::new().upload_folder("/nowhere/at/all").listen(([127, 0, 0, 1], 0).into()).await.err().unwrap();
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}

#[start_runtime::test]
async fn an_uploaded_file_comes_from_a_form_only() {
    let error = from_str::<OneFile>(r#"{"file": "/etc/passwd"}"#).err().unwrap().to_string();
    assert!(error.contains("Multipart<T>"), "{error}");
}

#[start_runtime::test]
async fn the_document_shows_a_form_with_files() {
    let document: Value = app().get("/openapi.json").await.json().await.unwrap();
    let content = &document["paths"]["/mp/one"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"];
    let file = &content["properties"]["file"];
    assert_eq!((&file["type"], &file["format"]), (&json!("string"), &json!("binary")), "{document}");
}

fn head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[core::prelude::v1::test]
fn an_upload_that_is_announced_to_be_too_large_is_refused_before_it_is_sent() {
    let server = Server::start(Start::new);
    for path in ["/mp/one", "/mp/album", "/mp/parts"] {
        let mut wire = server.connect();
        wire.send(head(path, 5_000_000_000));
        let (head, _) = wire.receive();
        assert!(head.starts_with("http/1.1 413"), "{path}: {head}");
    }
}

#[core::prelude::v1::test]
fn an_upload_is_cut_off_where_it_passes_its_limit_and_its_file_is_gone() {
    let uploads = Folder::new("cut");
    let folder = uploads.path().to_owned();
    let server = Server::start(move || {
        Start::new().upload_folder(folder).multipart_limits(MultipartLimits::new().file(2_000_000))
    });
    let mut wire = server.connect();
    wire.send(head("/mp/album", 900_000_000));
    let begin = file("photos", "a.png", b"");
    wire.send(&begin[..begin.len() - 2]);
    let piece = vec![b'x'; 100_000];
    wire.send(piece.repeat(10));
    eventually("the file is being written", || !uploads.files().is_empty());
    wire.send_until_refused(&piece, 20_000_000);
    let (head, body) = wire.receive();
    let problem: Value = from_str(std::str::from_utf8(&body).unwrap()).unwrap();
    assert!(head.starts_with("http/1.1 413"), "{head}");
    assert_eq!((&problem["field"], &problem["limit"]), (&json!("photos"), &json!(2_000_000)));
    eventually("the file is gone", || uploads.files().is_empty());
}

#[core::prelude::v1::test]
fn the_file_of_a_client_that_hung_up_is_gone() {
    let uploads = Folder::new("hung-up");
    let folder = uploads.path().to_owned();
    let saved = Folder::new("hung-up-saved");
    let server = Server::start(move || Start::new().upload_folder(folder));
    for (path, folder) in [("/mp/album".to_owned(), &uploads), (format!("/mp/save?{}", saved.path().display()), &saved)]
    {
        let mut wire = server.connect();
        wire.send(head(&path, 900_000_000));
        let begin = file("photos", "a.png", b"");
        wire.send(&begin[..begin.len() - 2]);
        wire.send(vec![b'x'; 1_000_000]);
        eventually("the file is being written", || !folder.files().is_empty());
        drop(wire);
        eventually("the file is gone", || folder.files().is_empty());
    }
}

#[core::prelude::v1::test]
fn a_connection_goes_on_after_an_upload() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    for size in [10, 300_000] {
        let body = body(&[text("title", "t"), text("year", "1"), file("photos", "a", &vec![b'x'; size])]);
        wire.send(head("/mp/album", body.len()));
        body.chunks(1000).for_each(|chunk| wire.send(chunk));
        let (head, answer) = wire.receive();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let album: Value = from_str(std::str::from_utf8(&answer).unwrap()).unwrap();
        assert_eq!(album["photos"][0]["size"], size);
    }
}
