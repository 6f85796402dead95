//! Routes of every form, which answer what they were asked.

use futures_util::stream;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::web;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Events, Multipart, Response, ServerEvent, UploadedFile, prelude::*};

/// What the path was.
#[derive(Serialize, JsonSchema)]
struct Asked {
    params: Vec<(String, String)>,
}

fn asked(event: &APIEvent) -> Asked {
    Asked { params: event.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect() }
}

macro_rules! paths {
    ($($name:ident $path:literal;)*) => {$(
        #[api_route(GET, $path)]
        async fn $name(event: APIEvent) -> Asked {
            asked(&event)
        }
    )*};
}

paths! {
    one "/paths/one/[name]";
    dollar "/paths/dollar/$name";
    mixed "/paths/mixed/year-[year].[ext]";
    optional "/paths/optional/[[lang]]/[[region]]/end";
    rest "/paths/rest/[...rest]";
    optional_rest "/paths/optional-rest/[[...rest]]";
    splat "/paths/splat/$";
    markdown "/paths/docs/[...path].md";
    around "/paths/around/[...path]/edit/[id]";
    literal "/paths/a b/%5Bx%5D/ü";
    group "/paths/(group)/grouped";
}

#[api_route(GET, "/paths/typed/[id]/[level]")]
async fn typed(id: u64, level: i8) -> String {
    format!("{id} {level}")
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Filter {
    name: Option<String>,
    ids: Vec<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Search {
    /// What is searched for.
    q: String,
    limit: Option<u32>,
    #[serde(default)]
    tags: Vec<String>,
    filter: Option<Filter>,
}

/// Searches.
///
/// With */ in the comment.
#[api_route(GET, "/search")]
async fn search(Query(search): Query<Search>) -> Search {
    search
}

#[api_route(GET, "/headers")]
async fn headers(x_count: Header<u32>, x_trace: Option<Header<String>>) -> (StatusCode, String) {
    (StatusCode::OK, format!("{} {:?}", x_count.0, x_trace.map(|Header(trace)| trace)))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Login {
    name: String,
    remember: Option<bool>,
}

#[api_route(POST, "/form")]
async fn form(Form(login): Form<Login>) -> Login {
    login
}

#[derive(Deserialize, JsonSchema)]
struct Upload {
    title: String,
    file: UploadedFile,
}

#[api_route(POST, "/upload")]
async fn upload(Multipart(upload): Multipart<Upload>) -> Result<String, Problem> {
    Ok(format!("{} {} {}", upload.title, upload.file.file_name().unwrap_or("?"), upload.file.size()))
}

#[api_route(PUT, "/raw")]
async fn raw(body: web::Bytes) -> String {
    format!("{} bytes", body.len())
}

#[api_route(DELETE, "/nothing/[id]")]
async fn nothing(id: u8) -> Result<(), Problem> {
    if id == 0 { Err(Problem::not_found("there is no 0")) } else { Ok(()) }
}

#[api_route(PATCH, "/conflict", responses(409 = "It was changed"))]
async fn conflict() -> Result<u8, Problem> {
    Err(Problem::conflict("changed by somebody else"))
}

/// Numbers as events.
#[api_route(GET, "/events/[count]")]
async fn events(count: u32) -> Events<Asked> {
    let events = (0..count).map(|number| {
        let params = vec![("number".to_owned(), number.to_string())];
        ServerEvent::json(Asked { params }).event("number").id(number.to_string())
    });
    Events::new(stream::iter(events))
}

#[api_route(GET, "/lines")]
async fn lines() -> Events<String> {
    Events::new(stream::iter(["42", "two\nlines", "\"quoted\""].map(ServerEvent::text)))
}

#[api_route(ANY, "/any")]
async fn any(event: APIEvent) -> Response {
    Response::json(json!({ "method": event.request.method().as_str() }))
}

#[api_route(GET, "/value")]
async fn value() -> Value {
    json!({ "any": ["thing"] })
}

#[page_route("/page")]
async fn page() -> &'static str {
    "<!doctype html>"
}

#[api_route(GET, "/bytes")]
async fn bytes() -> Vec<u8> {
    vec![1, 2, 3]
}
