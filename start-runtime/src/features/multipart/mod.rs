//! Multipart bodies (RFC 7578): forms with files, read part by part or as a type.
//!
//! No file is held in memory: text fields are held up to a limit, files are written to disk as they arrive, and a body
//! that exceeds a limit is refused at that point.

mod field_kind;
mod form;
mod head;
mod left_over;
mod limits;
mod params;
mod part;
mod parts;
mod placeholder;
mod reader;
mod refused;
mod settings;
mod sink;
#[cfg(test)]
mod tests;
mod uploaded;

use crate::decode::Decoded;

use crate::base::StartError;
use crate::event::Request;
use crate::kernel::{Capability, Exchange, Opening, Settings};
use crate::response::Problem;
pub use form::Multipart;
pub use limits::MultipartLimits;
pub use part::Part;
pub use parts::Parts;
pub use uploaded::{FileStream, UploadedFile};

/// The program's settings for uploads.
#[derive(Default)]
pub struct Uploads {
    pub limits: MultipartLimits,
    /// Where files are stored while a request is answered; unless set, the system's folder for temporary files.
    pub folder: Option<std::path::PathBuf>,
}

impl Uploads {
    /// Returns the settings of the program that a request belongs to.
    fn of(exchange: &Exchange) -> Option<&Self> {
        exchange.worker.app.state.get()
    }
}

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Stores the settings for uploads, and deletes what a killed process left in their folder. Returns an error if the
/// folder is not writable.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let uploads: Uploads = settings.take().unwrap_or_default();
    if let Some(folder) = &uploads.folder {
        sink::check_folder(folder).map_err(|error| {
            let text = format!("the folder of uploads `{}` cannot be written in: {error}", folder.display());
            StartError::caused_by(text, error)
        })?;
    }
    for folder in uploads.folder.iter().chain([&std::env::temp_dir()]) {
        left_over::sweep_once(folder);
    }
    opening.state.insert(uploads);
    Ok(())
}

/// Multipart bodies.
impl Request {
    /// Reads the body as multipart (`multipart/form-data`, RFC 7578), part by part as it arrives.
    ///
    /// Asking for the first part returns these errors: a 415 for another content type, a 400 if the boundary is
    /// missing, a 413 if the Content-Length is over the limit, and a 500 if the body was read before.
    ///
    /// ```
    /// use start_runtime::prelude::*;
    ///
    /// #[api_route("/api/lines")]
    /// async fn POST(event: APIEvent) -> Result<String, Problem> {
    ///     let mut report = String::new();
    ///     let mut parts = event.request.multipart();
    ///     while let Some(mut part) = parts.next().await? {
    ///         let mut lines = 0;
    ///         while let Some(chunk) = part.chunk().await? {
    ///             lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    ///         }
    ///         report += &format!("{}: {lines} lines\n", part.name());
    ///     }
    ///     Ok(report)
    /// }
    /// # fn main() {}
    /// ```
    pub fn multipart(&self) -> Parts {
        self.multipart_with(MultipartLimits::new())
    }

    /// Reads the body as multipart with limits for this call. Limits that are not set are those of
    /// [`Start::multipart_limits`](crate::Start::multipart_limits).
    pub fn multipart_with(&self, limits: MultipartLimits) -> Parts {
        Parts::new(self.call(), limits, "event.request.multipart()")
    }

    /// Reads the body as a multipart form with typed fields and files, as [`Multipart`] does. This is for a handler
    /// that first decides whether it wants the body.
    ///
    /// # Errors
    /// Those of [`Multipart`].
    pub async fn multipart_form<T: Decoded>(&self) -> Result<T, Problem> {
        form::read(self.call(), "event.request.multipart_form()").await
    }
}
