//! Multipart bodies (RFC 7578): forms with files, read part by part or as a type.
//!
//! Nothing here holds a file in memory: text fields are held up to a limit, files go to disk as they
//! arrive, and a body that goes over a limit is refused where it does.

mod field_kind;
mod form;
mod limits;
mod part;
mod parts;
mod placeholder;
mod refused;
mod settings;
mod sink;
mod uploaded;

use serde::de::DeserializeOwned;

use crate::base::StartError;
use crate::event::Request;
use crate::kernel::{Capability, Exchange, Opening, Settings};
use crate::response::Problem;
pub use form::Multipart;
pub use limits::MultipartLimits;
pub use part::Part;
pub use parts::Parts;
pub use uploaded::{FileStream, UploadedFile};

/// What a program says about its uploads.
#[derive(Default)]
pub struct Uploads {
    pub limits: MultipartLimits,
    /// Where files are kept while a request is answered; the system's folder for temporary files if
    /// nothing is said.
    pub folder: Option<std::path::PathBuf>,
}

impl Uploads {
    /// What the program of a request says.
    fn of(exchange: &Exchange) -> Option<&Self> {
        exchange.worker.app.state.get()
    }
}

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Keeps what the program says about its uploads, if the folder can be written in.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let uploads: Uploads = settings.take().unwrap_or_default();
    if let Some(folder) = &uploads.folder {
        sink::check_folder(folder).map_err(|error| {
            let text = format!("the folder of uploads `{}` cannot be written in: {error}", folder.display());
            StartError::caused_by(text, error)
        })?;
    }
    opening.state.insert(uploads);
    Ok(())
}

/// Multipart bodies.
impl Request {
    /// The body as multipart (`multipart/form-data`, RFC 7578), part by part as it arrives.
    ///
    /// Errors come with the first part that is asked for: 415 for another content type, 400 without a
    /// boundary, 413 if the Content-Length is over the limit, 500 if the body was read before.
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

    /// The same with limits of its own; what they leave open is as
    /// [`Start::multipart_limits`](crate::Start::multipart_limits) says.
    pub fn multipart_with(&self, limits: MultipartLimits) -> Parts {
        Parts::new(self.call(), limits, "event.request.multipart()")
    }

    /// The body as a multipart form with typed fields and files, as [`Multipart`] reads it: for a
    /// handler that decides first whether it wants the body.
    ///
    /// # Errors
    /// Those of [`Multipart`].
    pub async fn multipart_form<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        form::read(self.call(), "event.request.multipart_form()").await
    }
}
