use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use actix_files::NamedFile;
use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::header::{self, EntityTag, HeaderValue, HttpDate};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_core::Stream;
use futures_util::stream;

use super::conditions::{Validators, Verdict, etag_of};
use super::disposition::content_disposition;
use super::file::{self, send};
use super::range::Meaning;
use super::{Problem, Response, broken};
use crate::base::blocking::blocking;

/// A file as the response: from disk, from memory, or from anywhere else that can read a part of it.
///
/// What comes from disk is sent piece by piece and never held in memory as a whole. The Content-Type follows from the
/// extension of the name, for text with `charset=utf-8`, and Content-Length is sent. Conditional and range requests are
/// answered (RFC 9110, sections 13 and 14), so a client can continue a download that broke off. Browsers save the file,
/// unless [`Download::inline`] lets them show it, and do not guess another type (`X-Content-Type-Options: nosniff`).
///
/// ```
/// use start_runtime::{Download, prelude::*};
///
/// #[api_route("/api/reports/[id]")]
/// async fn GET(id: u32) -> Result<Download, Problem> {
///     let report = Download::open(format!("reports/{id}.pdf")).await?;
///     Ok(report.file_name(format!("Größen {id}.pdf")))
/// }
///
/// /// A whole folder.
/// #[api_route(GET, "/api/files/[...path]")]
/// async fn file(path: String) -> Result<Download, Problem> {
///     Ok(Download::inside("files", path).await?.inline())
/// }
///
/// /// What was made for this request.
/// #[api_route(GET, "/api/students.csv")]
/// async fn list() -> Download {
///     Download::bytes("name;year\nHarry;1\n").file_name("students.csv")
/// }
/// # fn main() {}
/// ```
pub struct Download {
    source: Source,
    name: String,
    kind: &'static str,
    content_type: Option<String>,
    validators: Validators,
    /// Why it cannot be sent.
    refused: Option<String>,
}

/// Where the bytes come from.
enum Source {
    File(Box<NamedFile>),
    Bytes(Bytes),
    Stream { size: u64, open: Box<dyn FnOnce(Range<u64>) -> BoxBody> },
}

impl Download {
    /// Opens a file. Clients save it under its own name.
    ///
    /// Do not build the path from anything that a client sent: [`Download::inside`] does that safely.
    ///
    /// # Errors
    /// Returns a 404 if there is no such file, and a 500 if it cannot be read.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Problem> {
        let path = path.as_ref().to_owned();
        let shown = path.display().to_string();
        blocking(move || open(&path)).await.map(Self::of_file).map_err(|error| problem(&error, &shown))
    }

    /// Opens the file below a folder that a client asks for, such as the rest of the path in `/api/files/[...path]`.
    /// Nothing outside of the folder can be reached, not even through a symbolic link, and neither can files and
    /// folders whose names begin with a dot.
    ///
    /// # Errors
    /// Returns a 404 if there is no such file in the folder, and a 500 if it cannot be read.
    pub async fn inside(folder: impl AsRef<Path>, path: impl AsRef<Path>) -> Result<Self, Problem> {
        let (folder, path) = (folder.as_ref().to_owned(), path.as_ref().to_owned());
        let shown = folder.display().to_string();
        let opened = blocking(move || open(&locate(&folder, &path)?)).await;
        opened.map(Self::of_file).map_err(|error| problem(&error, &shown))
    }

    fn of_file((file, name): (NamedFile, String)) -> Self {
        Self::new(Source::File(Box::new(file)), name)
    }

    /// Bytes that are in memory. Their ETag is a hash of them, unless [`Download::etag`] sets another one. Clients save
    /// them as `download`, unless [`Download::file_name`] says otherwise.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let etag = etag_of(&bytes);
        let mut download = Self::new(Source::Bytes(bytes), String::new());
        download.validators.etag = Some(etag);
        download
    }

    /// A file of `size` bytes in a store that can read a part of it, such as S3. `open` is called once, when the
    /// conditions of the request are met, and never for HEAD. It gets the range of bytes that the client wants and
    /// returns a stream of exactly these.
    ///
    /// Without [`Download::etag`] or [`Download::last_modified`], clients can ask for ranges, but cannot know whether
    /// the file has changed in between. An error in the stream closes the connection, as in [`Response::stream`].
    ///
    /// ```
    /// use std::io;
    /// use std::ops::Range;
    ///
    /// use start_runtime::{Download, actix_web::web::Bytes, prelude::*};
    /// # use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
    ///
    /// /// A store that is asked over the network.
    /// async fn get(id: u32, range: Range<u64>) -> io::Result<impl Stream<Item = io::Result<Bytes>>> {
    ///     # let _ = id;
    ///     Ok(stream::iter([Ok(Bytes::from(vec![7; (range.end - range.start) as usize]))]))
    /// }
    ///
    /// #[api_route("/api/films/[id]")]
    /// async fn GET(id: u32) -> Download {
    ///     let film = Download::from_stream(1_000_000, move |range| stream::once(get(id, range)).try_flatten());
    ///     film.file_name("film.mp4").etag(format!("film-{id}-v1")).inline()
    /// }
    /// # fn main() {}
    /// ```
    pub fn from_stream<S, E>(size: u64, open: impl FnOnce(Range<u64>) -> S + 'static) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + 'static,
        E: Into<Box<dyn std::error::Error>> + 'static,
    {
        let open = move |range: Range<u64>| {
            let length = range.end - range.start;
            BoxBody::new(SizedStream::new(length, open(range)))
        };
        Self::new(Source::Stream { size, open: Box::new(open) }, String::new())
    }

    fn new(source: Source, name: String) -> Self {
        let validators = Validators::default();
        Self { source, name, kind: "attachment", content_type: None, validators, refused: None }
    }

    /// Sets the ETag (RFC 9110, section 8.8.3), in place of that of the file or the bytes: a name of this state of the
    /// content, such as a version or a hash. It is strong, unless it is written `W/"…"`. What is no ETag makes the
    /// response a 500 whose cause is in the log.
    #[must_use]
    pub fn etag(mut self, etag: impl AsRef<str>) -> Self {
        let etag = etag.as_ref();
        let is_tag = |byte: u8| byte == 0x21 || (0x23..=0x7e).contains(&byte) || byte >= 0x80;
        match etag.parse() {
            Ok(parsed) => self.validators.etag = Some(parsed),
            Err(_) if etag.bytes().all(is_tag) => self.validators.etag = Some(EntityTag::new_strong(etag.to_owned())),
            Err(_) => self.refused = Some(format!("`{}` is no ETag (RFC 9110, section 8.8.3)", etag.escape_debug())),
        }
        self
    }

    /// Sets when the content was last changed (Last-Modified; RFC 9110, section 8.8.2), in place of the time of the file.
    #[must_use]
    pub fn last_modified(mut self, time: SystemTime) -> Self {
        self.validators.last_modified = Some(time);
        self
    }

    /// Sets the name that clients save the file under. It may be any text: folders in it are removed, and characters
    /// that are not ASCII are sent as RFC 6266 specifies.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Lets browsers show the file instead of saving it. Do not do this with files that strangers uploaded: an HTML or
    /// SVG file would run its scripts on your site.
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.kind = "inline";
        self
    }

    /// Sets the content type, in place of the one that follows from the file name.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> u64 {
        match &self.source {
            Source::File(file) => file.metadata().len(),
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::Stream { size, .. } => *size,
        }
    }

    /// What the client is sent of the file, by its conditions.
    fn respond(self, http: &HttpRequest) -> HttpResponse {
        let Self { source, name, mut validators, .. } = self;
        let is_own = validators.etag.is_some() || validators.last_modified.is_some();
        let (source, size) = match source {
            Source::File(file) if !is_own => return send(*file, http),
            Source::File(file) => {
                validators.last_modified = validators.last_modified.or_else(|| file.metadata().modified().ok());
                let size = file.metadata().len();
                (Source::File(Box::new(file.use_etag(false).use_last_modified(false))), size)
            }
            Source::Bytes(bytes) => {
                let size = bytes.len() as u64;
                (Source::Bytes(bytes), size)
            }
            Source::Stream { size, open } => (Source::Stream { size, open }, size),
        };
        let empty = |status| HttpResponse::with_body(status, BoxBody::new(()));
        let mut response = match validators.judge(http, size) {
            Verdict::NotModified => empty(StatusCode::NOT_MODIFIED),
            Verdict::Failed => return empty(StatusCode::PRECONDITION_FAILED),
            Verdict::Unsatisfiable => {
                let mut response = empty(StatusCode::RANGE_NOT_SATISFIABLE);
                insert(&mut response, header::CONTENT_RANGE, format!("bytes */{size}"));
                return response;
            }
            Verdict::Full => part(source, http, &name, 0..size, None),
            Verdict::Part { first, last } => part(source, http, &name, first..last + 1, Some(size)),
        };
        if let Some(etag) = validators.etag {
            insert(&mut response, header::ETAG, etag.to_string());
        }
        if let Some(time) = validators.last_modified {
            insert(&mut response, header::LAST_MODIFIED, HttpDate::from(time).to_string());
        }
        response
    }
}

/// A range of bytes as the answer. `of` is the size of all, if the client has asked for a range: then it is a part, even
/// if the range is all of it.
fn part(source: Source, http: &HttpRequest, name: &str, range: Range<u64>, of: Option<u64>) -> HttpResponse {
    let body = match source {
        Source::File(file) => {
            let meaning = match of {
                Some(_) => Meaning::Part { first: range.start, last: range.end - 1 },
                None => Meaning::Ignored,
            };
            return send(*file, &file::without_conditions(http, meaning));
        }
        // A range lies inside of the bytes, so it fits.
        Source::Bytes(bytes) => BoxBody::new(bytes.slice(range.start as usize..range.end as usize)),
        Source::Stream { size, .. } if *http.method() == Method::HEAD => {
            BoxBody::new(SizedStream::new(size, stream::empty::<io::Result<Bytes>>()))
        }
        Source::Stream { open, .. } => open(range.clone()),
    };
    let mut response = HttpResponse::with_body(StatusCode::OK, body);
    insert(&mut response, header::ACCEPT_RANGES, "bytes");
    if let Some(size) = of {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        insert(&mut response, header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end - 1));
    }
    file::describe(&mut response, name);
    response
}

/// Sets a header of visible characters.
fn insert(response: &mut HttpResponse, name: header::HeaderName, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
        response.headers_mut().insert(name, value);
    }
}

/// Opens a file: itself and its name.
fn open(path: &Path) -> io::Result<(NamedFile, String)> {
    // Checked before the file is opened: opening a pipe would block until something writes into it.
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    let file = NamedFile::open(path)?.disable_content_disposition();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((file, name))
}

/// Returns the path of a file below a folder. Any other path is reported as not found.
fn locate(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let is_plain = |part: Component<'_>| match part {
        Component::Normal(name) => !name.to_string_lossy().starts_with('.'),
        _ => false,
    };
    // These characters separate parts of a path on other systems; here they must not.
    let text = path.to_string_lossy();
    if text.contains(['\\', ':', '\0']) || !path.components().all(is_plain) {
        return Err(ErrorKind::NotFound.into());
    }
    let folder = folder.canonicalize()?;
    let file = folder.join(path).canonicalize()?;
    if file.starts_with(&folder) { Ok(file) } else { Err(ErrorKind::NotFound.into()) }
}

fn problem(error: &io::Error, path: &str) -> Problem {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
            Problem::not_found("there is no such file").with_cause(format!("{path}: {error}"))
        }
        _ => Problem::internal(format!("{path}: {error}")),
    }
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(mut self, http: &HttpRequest) -> HttpResponse {
        if let Some(reason) = self.refused.take() {
            return broken(reason);
        }
        let disposition = content_disposition(self.kind, &self.name);
        let content_type = self.content_type.take();
        let response = Response::from(self.respond(http));
        if response.status_code().is_redirection() || response.status_code().is_client_error() {
            return response.into();
        }
        let response = response.header("content-disposition", disposition);
        match content_type {
            Some(content_type) => response.content_type(content_type),
            None => response,
        }
        .into()
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Download");
        if let Source::File(file) = &self.source {
            shown.field("path", &file.path());
        }
        shown.field("file_name", &self.name).field("size", &self.size()).finish_non_exhaustive()
    }
}
