//! Requests with files (GraphQL multipart request specification): `operations`, `map`, then the files.
//!
//! A page of another site can send such a form without asking (it is a "simple request" of Fetch), so one of the headers
//! that make a browser ask first has to be there.

use std::cell::Cell;
use std::fs::File;
use std::io::{Seek as _, Write as _};

use async_graphql::{Request, UploadValue, Value};
use futures_util::StreamExt as _;
use futures_util::future::join;
use multer::{Field, Multipart};
use serde_json::{Map, Value as Json};
use tokio::sync::mpsc;

use super::ask::of_value;
use super::documents::Documents;
use super::limits::Limits;
use super::refusal::{Ended, Refusal};
use crate::base::blocking::blocking;
use crate::event::APIEvent;
use crate::kernel::too_large;
use crate::response::Problem;

/// A browser asks the server before a page of another site may send one of these (Fetch, section 3.2.2).
const PREFLIGHT: [&str; 4] =
    ["apollo-require-preflight", "x-apollo-operation-name", "graphql-require-preflight", "x-requested-with"];

/// How many bytes may come before the parser has found the head of the next part. It keeps them all in memory, and looks
/// through them again with each piece.
const HEAD: usize = 64 * 1024;

/// How much of the body came while the parser was looking for a head; `None` while it reads a part.
type Looking = Cell<Option<usize>>;

/// A piece of a body on its way to the parser, which wants what can go to another thread.
type Piece = Result<actix_web::web::Bytes, std::io::Error>;

pub async fn read(
    event: &APIEvent,
    content_type: &str,
    limits: &Limits,
    documents: &Documents,
) -> Result<Request, Ended> {
    if !PREFLIGHT.iter().any(|name| event.request.headers().contains_key(*name)) {
        let detail = format!(
            "an upload needs one of these headers, so that no page of another site can send it: {}",
            PREFLIGHT.join(", ")
        );
        return Err(Problem::forbidden(detail).into());
    }
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Refusal::malformed("the Content-Type of the form has no `boundary`"))?;
    let body_limit = event.request.call().exchange().body_limit();
    let (sender, mut receiver) = mpsc::channel::<Piece>(1);
    let pieces = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
    let looking = Looking::default();
    let mut form = Form { parts: Multipart::new(pieces, boundary), looking: &looking };
    let parsed = async {
        let request = parse(&mut form, body_limit, limits, documents).await;
        // Nothing more is read.
        drop(form);
        request
    };
    let (fed, request) = join(feed(event, sender, &looking), parsed).await;
    // The parser only knows that the body broke off.
    fed.and(request)
}

/// Sends the body to the parser, until either of them ends.
async fn feed(event: &APIEvent, sender: mpsc::Sender<Piece>, looking: &Looking) -> Result<(), Ended> {
    let mut stream = event.request.stream();
    // With a place, the parser has seen all that was sent.
    while let Ok(place) = sender.reserve().await {
        if looking.get().is_some_and(|count| count > HEAD) {
            place.send(Err(std::io::Error::other("the head is too long")));
            return Err(Refusal::malformed(format!("the head of a part has more than {HEAD} bytes")).into());
        }
        match stream.next().await {
            None => break,
            Some(Ok(piece)) => {
                looking.set(looking.get().map(|count| count + piece.len()));
                place.send(Ok(piece));
            }
            Some(Err(problem)) => {
                place.send(Err(std::io::Error::other("the body broke off")));
                return Err(problem.into());
            }
        }
    }
    Ok(())
}

/// The parts of the body.
struct Form<'a> {
    parts: Multipart<'static>,
    looking: &'a Looking,
}

impl Form<'_> {
    async fn next(&mut self) -> Result<Option<Field<'static>>, Ended> {
        self.looking.set(Some(0));
        let field = self.parts.next_field().await.map_err(broken);
        self.looking.set(None);
        field
    }
}

async fn parse(
    form: &mut Form<'_>,
    body_limit: usize,
    limits: &Limits,
    documents: &Documents,
) -> Result<Request, Ended> {
    let operations = json(part(form, "operations").await?, "operations", body_limit, limits).await?;
    if operations.is_array() {
        return Err(Refusal::malformed("`operations` is a list, and an upload is one request").into());
    }
    let mut request = of_value(operations, documents)?;
    let map = json(part(form, "map").await?, "map", body_limit, limits).await?;
    let mut places = places(map, limits)?;
    while let Some(field) = form.next().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(paths) = places.remove(&name) else {
            return Err(Refusal::malformed(format!("the file `{name}` is not in `map`")).into());
        };
        let upload = file(field).await?;
        for path in paths.as_array().into_iter().flatten().filter_map(Json::as_str) {
            let copy = upload.try_clone().map_err(Problem::from)?;
            put(&mut request, path, copy)?;
        }
    }
    match places.keys().next() {
        Some(missing) => {
            Err(Refusal::malformed(format!("`map` names the file `{missing}`, which is not there")).into())
        }
        None => Ok(request),
    }
}

/// The next part, which has to be this one.
async fn part(form: &mut Form<'_>, name: &str) -> Result<Field<'static>, Ended> {
    match form.next().await? {
        Some(field) if field.name() == Some(name) => Ok(field),
        _ => Err(Refusal::malformed(format!(
            "the form has no `{name}` in its place: `operations` comes first, then `map`, then the files"
        ))
        .into()),
    }
}

async fn json(mut field: Field<'static>, name: &str, limit: usize, limits: &Limits) -> Result<Json, Ended> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if text.len() + chunk.len() > limit {
            return Err(too_large(limit as u64).into());
        }
        text.extend_from_slice(&chunk);
    }
    limits.check_json(&text)?;
    serde_json::from_slice(&text).map_err(|error| Refusal::malformed(format!("`{name}` is no JSON: {error}")).into())
}

/// Which variables each file stands for.
fn places(map: Json, limits: &Limits) -> Result<Map<String, Json>, Refusal> {
    let wrong = || Refusal::malformed("`map` has to be an object of lists, such as { \"0\": [\"variables.file\"] }");
    let Json::Object(map) = map else { return Err(wrong()) };
    let is_list = |value: &Json| value.as_array().is_some_and(|paths| paths.iter().all(Json::is_string));
    if !map.values().all(is_list) {
        return Err(wrong());
    }
    let paths: usize = map.values().filter_map(Json::as_array).map(Vec::len).sum();
    if map.len() > limits.files || paths > limits.files {
        return Err(Refusal::limit(format!("the form has more than {} files", limits.files)));
    }
    Ok(map)
}

/// Writes a file down. It is gone from the disk when it is closed.
async fn file(mut field: Field<'static>) -> Result<UploadValue, Ended> {
    let filename = field.file_name().unwrap_or_default().to_owned();
    let content_type = field.content_type().map(ToString::to_string);
    let mut content: File = blocking(tempfile::tempfile).await.map_err(Problem::from)?;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        content = blocking(move || content.write_all(&chunk).map(|()| content)).await.map_err(Problem::from)?;
    }
    let content = blocking(move || content.rewind().map(|()| content)).await.map_err(Problem::from)?;
    Ok(UploadValue { filename, content_type, content })
}

/// Puts a file where a null stands for it.
fn put(request: &mut Request, path: &str, file: UploadValue) -> Result<(), Refusal> {
    match at(request, path) {
        Some(Value::Null) => {
            request.set_upload(path, file);
            Ok(())
        }
        _ => Err(Refusal::malformed(format!("`map` has the path `{path}`, and `operations` has no null there"))),
    }
}

fn at<'a>(request: &'a Request, path: &str) -> Option<&'a Value> {
    let mut names = path.strip_prefix("variables.")?.split('.');
    let first = request.variables.get(names.next()?)?;
    names.try_fold(first, |value, name| match value {
        Value::List(items) => items.get(name.parse::<usize>().ok()?),
        Value::Object(members) => members.get(name),
        _ => None,
    })
}

fn broken(error: multer::Error) -> Ended {
    Refusal::malformed(format!("the form cannot be read: {error}")).into()
}
