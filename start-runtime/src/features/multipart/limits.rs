use super::Uploads;
use crate::kernel::Exchange;

/// The limits of a multipart body. A limit that is not set here is that of the program
/// ([`Start::multipart_limits`](crate::Start::multipart_limits)), else the default that its method names.
///
/// ```
/// use start_runtime::{MultipartLimits, prelude::*};
///
/// const PHOTO: MultipartLimits = MultipartLimits::new().file(10 * 1024 * 1024).parts(2);
///
/// #[api_route("/api/photos")]
/// async fn POST(event: APIEvent) -> Result<StatusCode, Problem> {
///     let mut parts = event.request.multipart_with(PHOTO);
///     while let Some(mut part) = parts.next().await? {
///         part.save_to("photos/new.jpeg").await?;
///     }
///     Ok(StatusCode::CREATED)
/// }
/// # fn main() {}
/// ```
///
/// A body over any of the limits is a 413 at once, which names the field and the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MultipartLimits {
    text_field: Option<usize>,
    all_text: Option<usize>,
    file: Option<u64>,
    parts: Option<usize>,
    files: Option<usize>,
    total: Option<u64>,
}

/// How many files of a form are stored unless set. Each takes as long as a hundred kilobytes of content.
const DEFAULT_FILES: usize = 100;

/// How many parts a body may have unless set.
const DEFAULT_PARTS: usize = 1000;

impl MultipartLimits {
    /// Sets no limit: those of the program apply.
    pub const fn new() -> Self {
        Self { text_field: None, all_text: None, file: None, parts: None, files: None, total: None }
    }

    /// Sets how many bytes one text field may have; unless set, as many as all of them together. A part without a file
    /// name is a text field.
    #[must_use]
    pub const fn text_field(mut self, bytes: usize) -> Self {
        self.text_field = Some(bytes);
        self
    }

    /// Sets how many bytes all text fields may have together, including names of fields and files and content types:
    /// all of this is held in memory. Unless set, this is [`Start::body_limit`](crate::Start::body_limit), which
    /// defaults to 2 MiB.
    #[must_use]
    pub const fn all_text(mut self, bytes: usize) -> Self {
        self.all_text = Some(bytes);
        self
    }

    /// Sets how many bytes one file may have; unless set, only the limit of the body applies.
    #[must_use]
    pub const fn file(mut self, bytes: u64) -> Self {
        self.file = Some(bytes);
        self
    }

    /// Sets how many parts a body may have, text fields and files together; 1000 unless set.
    #[must_use]
    pub const fn parts(mut self, parts: usize) -> Self {
        self.parts = Some(parts);
        self
    }

    /// Sets how many files a form may have that are stored, those of [`Multipart`](crate::Multipart) and
    /// [`multipart_form`](crate::Request::multipart_form); 100 unless set. What is read part by part is limited by
    /// [`MultipartLimits::parts`] alone.
    #[must_use]
    pub const fn files(mut self, files: usize) -> Self {
        self.files = Some(files);
        self
    }

    /// Sets how many bytes the body may have. A route's `body_limit` always applies as well. Without one and unless
    /// set, this is [`Start::stream_limit`](crate::Start::stream_limit), which defaults to 1 GiB.
    #[must_use]
    pub const fn total(mut self, bytes: u64) -> Self {
        self.total = Some(bytes);
        self
    }
}

/// The limits that apply to one body, in bytes or parts.
pub struct Limits {
    pub text_field: u64,
    pub all_text: u64,
    pub file: u64,
    pub parts: usize,
    pub files: usize,
    pub total: u64,
    /// How many bytes of one part may be read into memory.
    pub memory: u64,
}

impl Limits {
    /// Combines the limits: those of the call come first, then that of the route, then those of the program.
    pub fn of(exchange: &Exchange, call: MultipartLimits) -> Self {
        let app = &exchange.worker.app;
        let program = Uploads::of(exchange).map_or(MultipartLimits::new(), |uploads| uploads.limits);
        let all_text = call.all_text.or(program.all_text).unwrap_or(app.body_limit);
        let total = match (call.total, exchange.route_limit()) {
            (Some(call), Some(route)) => call.min(route as u64),
            (Some(call), None) => call,
            (None, Some(route)) => route as u64,
            (None, None) => program.total.unwrap_or(app.stream_limit),
        };
        Self {
            text_field: call.text_field.or(program.text_field).unwrap_or(all_text) as u64,
            all_text: all_text as u64,
            file: call.file.or(program.file).unwrap_or(u64::MAX),
            parts: call.parts.or(program.parts).unwrap_or(DEFAULT_PARTS),
            files: call.files.or(program.files).unwrap_or(DEFAULT_FILES),
            total,
            memory: exchange.body_limit() as u64,
        }
    }
}
