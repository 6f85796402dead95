use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_core::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::Uploads;
use super::field_kind::{FieldKind, kind_of};
use super::limits::MultipartLimits;
use super::parts::{Kind, Parts};
use super::placeholder;
use super::sink::{Destination, Sink};
use super::uploaded::Stored;
use crate::decode::text;
use crate::decode::{BadParam, BadParams};
use crate::describe::{BodyKind, Documented, Operation};
use crate::extract::own::{Carrier, OwnExtractor, Wraps};
use crate::http::ParamPlace;
use crate::kernel::Call;
use crate::response::Problem;
use schemars::JsonSchema;

/// The body of the request as a multipart form (`multipart/form-data`, RFC 7578): fields and files, typed by a struct
/// with serde's `Deserialize`.
///
/// Text fields are read as [`Form`](crate::Form) reads them: numbers, enums, an `Option` that may be missing, a `Vec`
/// for a repeated field. A file is an [`UploadedFile`](crate::UploadedFile), which is on disk before the handler runs.
///
/// ```
/// use start_runtime::{Multipart, UploadedFile, prelude::*};
///
/// #[derive(serde::Deserialize)]
/// struct Album {
///     title: String,
///     year: Option<u16>,
///     cover: UploadedFile<{ 5 * 1024 * 1024 }>,
///     photos: Vec<UploadedFile>,
/// }
///
/// #[api_route("/api/albums", body_limit = 500 * 1024 * 1024, status = 201)]
/// async fn POST(Multipart(album): Multipart<Album>) -> Result<String, Problem> {
///     album.cover.persist("covers/1").await?;
///     Ok(format!("{}: {} photos", album.title, album.photos.len()))
/// }
/// # fn main() {}
/// ```
///
/// These requests are refused:
///
/// - Another content type is a 415.
/// - A body that is not a multipart form is a 400.
/// - Missing or invalid fields are a 422 that lists all of them.
/// - Anything over a limit ([`MultipartLimits`], the number in a file's type) is a 413 at once, which names the field
///   and the limit.
///
/// Files that were written before a request is refused, or before the client goes away, are deleted.
///
/// The type of a field decides how it is read. A text field is not an upload: where a file is expected, a part with
/// neither a file name nor a content type other than text is refused. A field that the type does not have is read and
/// discarded. In a map or a flattened field, a part with a file name is a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Multipart<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Multipart<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(http);
        Box::pin(async move { Self::extract(&call?).await })
    }
}

impl<T: DeserializeOwned> Multipart<T> {
    async fn extract(call: &Call) -> Result<Self, Problem> {
        read(call, "Multipart").await.map(Self)
    }
}

/// Reads a form. `reader` is the name that a second read of the body reports.
pub async fn read<T: DeserializeOwned>(call: &Call, reader: &'static str) -> Result<T, Problem> {
    let mut parts = Parts::new(call, MultipartLimits::new(), reader);
    let mut fields = Fields::default();
    while let Some(part) = parts.next().await? {
        let is_file = part.file_name().is_some();
        let is_text = !is_file && part.content_type().is_none_or(|name| name.starts_with("text/plain"));
        let wanted = match kind_of::<T>(part.name()) {
            FieldKind::Any if is_file => FieldKind::File(u64::MAX),
            FieldKind::Any => FieldKind::Text,
            // Reading it as text leads to an error that says a file is expected.
            FieldKind::File(_) if is_text => FieldKind::Text,
            wanted => wanted,
        };
        let parts = part.0;
        match wanted {
            FieldKind::File(limit) => fields.file(call, parts, limit).await?,
            FieldKind::Text => fields.text(parts).await?,
            FieldKind::Refused => {
                parts.count_as(Kind::Skipped);
                fields.pairs.push((parts.head.name.clone(), String::new()));
            }
            FieldKind::Any | FieldKind::Nothing => parts.count_as(Kind::Skipped),
        }
    }
    fields.finish()
}

/// The fields that were read so far.
#[derive(Default)]
struct Fields {
    /// Names and values; the value of a file is its placeholder.
    pairs: Vec<(String, String)>,
    files: Vec<Arc<Stored>>,
}

impl Fields {
    async fn text(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        parts.count_as(Kind::Text);
        let text = super::Part(parts).text().await?;
        self.pairs.push((parts.head.name.clone(), text));
        Ok(())
    }

    async fn file(&mut self, call: &Call, parts: &mut Parts, limit: u64) -> Result<(), Problem> {
        parts.count_as(Kind::File(limit));
        let failed = |error| Problem::internal(format!("an upload could not be written: {error}"));
        let folder = Uploads::of(call.exchange()).and_then(|uploads| uploads.folder.as_deref());
        let mut sink = Sink::new(Destination::temporary(folder));
        let mut is_empty = true;
        while let Some(chunk) = parts.chunk().await? {
            is_empty &= chunk.is_empty();
            sink.write(&chunk).await.map_err(failed)?;
        }
        // Browsers send this for a file input without a file.
        if is_empty && parts.head.file_name.as_deref() == Some("") {
            return Ok(());
        }
        parts.count_file()?;
        let head = std::mem::take(&mut parts.head);
        self.pairs.push((head.name.clone(), placeholder::token(self.files.len())));
        self.files.push(Arc::new(Stored::new(sink, head).await.map_err(failed)?));
        Ok(())
    }

    fn finish<T: DeserializeOwned>(self) -> Result<T, Problem> {
        let Self { pairs, files } = self;
        let mut bad = BadParams::new();
        let (value, left) = placeholder::open(&files, || {
            text::read_fields::<T>(&pairs.iter().cloned().collect(), ParamPlace::Form, &mut bad)
        });
        let bad: BadParams = match value {
            Some(value) if left.is_empty() => return Ok(value),
            Some(_) => left.into_iter().filter_map(|index| file_for_text(&pairs, &files, index)).collect(),
            None => bad.map(|param| with_file_names(param, &files)),
        };
        Err(bad.into_problem())
    }
}

/// Replaces placeholders with the names of their files.
fn with_file_names(param: BadParam, files: &[Arc<Stored>]) -> BadParam {
    let show = |text: &str| placeholder::show(text, files);
    BadParam { value: param.value.as_deref().map(show), detail: show(&param.detail), ..param }
}

/// The error for a file where the type has text. Its placeholder is never shown.
fn file_for_text(pairs: &[(String, String)], files: &[Arc<Stored>], index: usize) -> Option<BadParam> {
    let (name, _) = pairs.iter().find(|(_, value)| *value == placeholder::token(index))?;
    Some(BadParam {
        place: ParamPlace::Form,
        name: name.clone(),
        value: Some(files.get(index)?.label().into_owned()),
        expected: None,
        detail: "text is expected here, not a file".to_owned(),
    })
}

impl<T> Deref for Multipart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Multipart<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Multipart<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        Self::extract(call).await.map(Some)
    }
}

impl<T> Wraps for Multipart<T> {
    type Value = T;
    const CARRIER: Carrier = Carrier::Body(BodyKind::Multipart);

    fn value(&self) -> &T {
        self
    }
}

impl<T: JsonSchema> Documented for Multipart<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
