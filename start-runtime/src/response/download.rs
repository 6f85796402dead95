use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use actix_files::NamedFile;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};

use super::disposition::content_disposition;
use super::file::send;
use super::{Problem, Response};
use crate::base::blocking::blocking;

/// A file from disk as the response: sent piece by piece, never held in memory as a whole.
///
/// The Content-Type follows from the file name's extension, for text with `charset=utf-8`, and Content-Length is sent. Conditional and range requests
/// are answered (RFC 9110, sections 13 and 14), so a client can continue a download that broke off. Browsers save the
/// file, unless [`Download::inline`] lets them show it, and do not guess another type
/// (`X-Content-Type-Options: nosniff`).
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
/// # fn main() {}
/// ```
pub struct Download {
    file: NamedFile,
    name: String,
    kind: &'static str,
    content_type: Option<String>,
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
        blocking(move || Self::open_now(&path)).await.map_err(|error| problem(&error, &shown))
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
        blocking(move || Self::open_now(&locate(&folder, &path)?)).await.map_err(|error| problem(&error, &shown))
    }

    fn open_now(path: &Path) -> io::Result<Self> {
        // Checked before the file is opened: opening a pipe would block until something writes into it.
        if !fs::metadata(path)?.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        let file = NamedFile::open(path)?.disable_content_disposition();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { file, name, kind: "attachment", content_type: None })
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
        self.file.metadata().len()
    }
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

    fn respond_to(self, http: &HttpRequest) -> HttpResponse {
        let response = Response::from(send(self.file, http))
            .header("content-disposition", content_disposition(self.kind, &self.name));
        match self.content_type {
            Some(content_type) => response.content_type(content_type),
            None => response,
        }
        .into()
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("path", &self.file.path()).field("file_name", &self.name).finish()
    }
}
