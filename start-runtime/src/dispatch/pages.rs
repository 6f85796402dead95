//! Static pages: the files of a folder, and the index page of a single-page app.

use std::fs;
use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::{HttpRequest, HttpResponse};

use crate::kernel::{Call, HandlerFuture};
use crate::response::{Outcome, Problem, Response, send_file, vary_by_accept};
use crate::router::RequestPath;

/// A folder whose files are pages.
pub struct PageFolder(PathBuf);

/// What such a folder contains for a path.
#[derive(Debug, PartialEq, Eq)]
pub enum PageFile {
    File {
        path: PathBuf,
        fallback: bool,
    },
    /// A folder with an index page, requested without a trailing slash: relative links in the page would break.
    AddSlash(String),
}

/// What answers a path that nothing else answers.
pub enum Fallback {
    /// The index page, for a browser.
    Index(PageFile),
    /// No page: the client's Accept header does not name HTML.
    NotForThisClient,
}

impl PageFolder {
    /// Opens the folder. Returns an error if the path is not a folder.
    pub fn new(folder: &Path) -> std::io::Result<Self> {
        let folder = folder.canonicalize()?;
        if folder.is_dir() { Ok(Self(folder)) } else { Err(std::io::ErrorKind::NotADirectory.into()) }
    }

    /// Finds the file of a path. Hidden files are never found, and neither is anything outside of the folder.
    pub fn find(&self, uri: &Uri) -> Option<PageFile> {
        let request = RequestPath::parse(uri.path()).ok()?;
        let mut path = self.0.clone();
        for index in 0..request.segment_count() {
            let segment = request.segment(index);
            let hidden = segment.starts_with('.') && segment != ".well-known";
            if segment.is_empty() || hidden || segment.contains(['/', '\\', '\0', ':']) {
                return None;
            }
            path.push(segment);
        }
        let metadata = fs::metadata(&path).ok()?;
        if metadata.is_file() {
            // `/page.html/` is not a file.
            return (!uri.path().ends_with('/')).then_some(PageFile::File { path, fallback: false });
        }
        path.push("index.html");
        if !path.is_file() {
            return None;
        }
        if uri.path().ends_with('/') {
            return Some(PageFile::File { path, fallback: false });
        }
        let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
        Some(PageFile::AddSlash(format!("{}/{query}", uri.path())))
    }

    /// The index page, for a path that a single-page app may handle in the browser: the method is GET or HEAD, the last
    /// segment has no dot, and the Accept header names HTML (`*/*` alone does not). Never below `/api`: a wrong address
    /// there gets a 404, which helps a person more than the app would.
    pub fn fallback(&self, http: &HttpRequest) -> Option<Fallback> {
        let request = RequestPath::parse(http.path()).ok()?;
        let segments: Vec<&str> = (0..request.segment_count()).map(|index| request.segment(index)).collect();
        let has_dot = segments.last().is_some_and(|last| last.contains('.'));
        let reads = matches!(*http.method(), Method::GET | Method::HEAD);
        if !reads || has_dot || request.has_empty_segment() || segments.first() == Some(&"api") {
            return None;
        }
        let path = self.0.join("index.html");
        if !path.is_file() {
            return None;
        }
        let named = |value: &HeaderValue| value.to_str().is_ok_and(names_html);
        let wanted = http.headers().get_all(header::ACCEPT).any(named);
        Some(if wanted { Fallback::Index(PageFile::File { path, fallback: true }) } else { Fallback::NotForThisClient })
    }
}

fn names_html(accept: &str) -> bool {
    let mut ranges = accept.split(',').map(|range| range.split(';'));
    ranges.any(|mut pieces| {
        let names = pieces.next().is_some_and(|name| name.trim().eq_ignore_ascii_case("text/html"));
        let refused = |piece: &str| piece.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0));
        names && !pieces.any(refused)
    })
}

impl PageFile {
    /// The response, as the future of a handler.
    pub fn answer(self, call: Call) -> HandlerFuture {
        Box::pin(async move {
            match self {
                Self::AddSlash(location) => Outcome::Response(Response::redirect(location).status(308).into()),
                Self::File { path, fallback } => match send(&path, call.http()) {
                    Ok(mut response) => {
                        if fallback {
                            vary_by_accept(&mut response);
                        }
                        Outcome::Response(response)
                    }
                    // Deleted since it was found.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Outcome::Missing,
                    Err(error) => Outcome::Problem(Problem::internal(format!("{}: {error}", path.display()))),
                },
            }
        })
    }
}

/// Sends the file with ETag and Last-Modified, and answers conditional and range requests (RFC 9110).
fn send(path: &Path, http: &HttpRequest) -> std::io::Result<HttpResponse> {
    Ok(send_file(NamedFile::open(path)?.disable_content_disposition(), http))
}
