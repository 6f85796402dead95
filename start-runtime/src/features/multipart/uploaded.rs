use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::future::poll_fn;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use futures_core::Stream;
use futures_util::stream;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::parts::Head;
use super::placeholder;
use super::sink::{Destination, Sink, drop_elsewhere};
use crate::base::blocking::blocking;

/// A file of a multipart form, as a field of the `T` in [`Multipart<T>`](super::Multipart).
///
/// It is on disk, in a temporary file that is deleted when this is dropped; [`UploadedFile::persist`]
/// keeps it. The number is how many bytes it may have: `UploadedFile<{ 5 * 1024 * 1024 }>`. A larger
/// one is a 413 that names the field, while it is sent.
///
/// `Option<UploadedFile>` may be missing, `Vec<UploadedFile>` takes several, with
/// `#[serde(default)]` also none. A file input that a person left empty is no file.
pub struct UploadedFile<const MAX: u64 = { u64::MAX }>(Arc<Stored>);

/// An upload on disk. The last one who holds it deletes it, unless it was kept.
pub struct Stored {
    path: PathBuf,
    size: u64,
    head: Head,
    kept: AtomicBool,
}

impl Stored {
    /// Takes over a file that was written.
    pub async fn new(sink: Sink, head: Head) -> io::Result<Self> {
        let (path, size) = sink.finish(|file| Ok(file.into_temp_path())).await?;
        // Not before it is in our hands: a request that ends in between deletes it.
        Ok(Self { path: path.keep()?, size, head, kept: AtomicBool::new(false) })
    }

    /// What it is called where a value is told.
    pub fn label(&self) -> &str {
        self.head.file_name.as_deref().unwrap_or("a file")
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        if !*self.kept.get_mut() {
            let path = std::mem::take(&mut self.path);
            drop_elsewhere(Delete(path));
        }
    }
}

/// Deletes a file when it is dropped, on whichever thread that is.
struct Delete(PathBuf);

impl Drop for Delete {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!("the temporary file {} could not be deleted: {error}", self.0.display());
        }
    }
}

impl<const MAX: u64> UploadedFile<MAX> {
    /// The name that the file has at the client.
    ///
    /// Never use it as a path: it is whatever the client sent, `../../etc/passwd` included. Give the
    /// file a name of your own, and keep this one as a text.
    pub fn file_name(&self) -> Option<&str> {
        self.0.head.file_name.as_deref()
    }

    /// The media type that the client says the file has. It may say anything.
    pub fn content_type(&self) -> Option<&str> {
        self.0.head.content_type.as_deref()
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Where it is, until this value is dropped.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Keeps the file, at this path. A file that is there is replaced, and at no time is there half of
    /// a file. Others may read it as they may read any new file of the program's.
    ///
    /// Within a file system this is a rename; to another one the file is copied. With
    /// [`Start::upload_folder`](crate::Start::upload_folder) temporary files are where you want them.
    ///
    /// # Errors
    /// If the folder is missing or cannot be written. Then the upload is gone.
    pub async fn persist(self, path: impl AsRef<Path>) -> io::Result<()> {
        let (stored, target) = (self.0, path.as_ref().to_owned());
        blocking(move || {
            let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", target.display()));
            keep(&stored, &target).map_err(failed)
        })
        .await
    }

    /// All of it, in memory: look at [`UploadedFile::size`] first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn bytes(&self) -> io::Result<Bytes> {
        let stored = self.0.clone();
        blocking(move || fs::read(&stored.path).map(Bytes::from)).await
    }

    /// Its content piece by piece: to hash it, or to send it on with
    /// [`Response::stream`](crate::Response::stream). The file stays as long as the stream.
    pub fn stream(&self) -> FileStream {
        FileStream::new(self.0.clone())
    }
}

/// Gives the file its new name. A new file beside it says with which permissions, and is the target of
/// a copy where there is no rename.
fn keep(stored: &Stored, target: &Path) -> io::Result<()> {
    let mut fresh = Destination::beside(target).create()?;
    fs::set_permissions(&stored.path, fresh.as_file().metadata()?.permissions())?;
    match fs::rename(&stored.path, target) {
        Ok(()) => {
            stored.kept.store(true, Ordering::Relaxed);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            io::copy(&mut File::open(&stored.path)?, &mut fresh)?;
            fresh.persist(target)?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The content of a file on disk, piece by piece, read off the worker's thread.
pub struct FileStream(Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>);

impl FileStream {
    fn new(stored: Arc<Stored>) -> Self {
        const PIECE: u64 = 64 * 1024;
        let read = move |file: Option<File>| {
            let stored = stored.clone();
            blocking(move || {
                let file = match file {
                    Some(file) => file,
                    None => File::open(&stored.path)?,
                };
                let mut piece = Vec::new();
                (&file).take(PIECE).read_to_end(&mut piece)?;
                Ok((!piece.is_empty()).then(|| (Bytes::from(piece), Some(file))))
            })
        };
        Self(Box::pin(stream::try_unfold(None, read)))
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        poll_fn(|cx| self.0.as_mut().poll_next(cx)).await.transpose()
    }
}

impl Stream for FileStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileStream")
    }
}

impl<const MAX: u64> fmt::Debug for UploadedFile<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("file_name", &self.file_name())
            .field("content_type", &self.content_type())
            .field("size", &self.size())
            .field("path", &self.path())
            .finish()
    }
}

/// The name that the deserializer sees is how the form learns which fields are files, and how large
/// they may be.
impl<'de, const MAX: u64> Deserialize<'de> for UploadedFile<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(placeholder::Name::<MAX>::TEXT, UploadVisitor).map(Self)
    }
}

struct UploadVisitor;

impl<'de> Visitor<'de> for UploadVisitor {
    type Value = Arc<Stored>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Arc<Stored>, D::Error> {
        if !placeholder::is_open() {
            return Err(D::Error::custom("an `UploadedFile` comes from a `Multipart<T>`, and from nowhere else"));
        }
        let token = Cow::<str>::deserialize(deserializer)?;
        placeholder::take(&token)
            .ok_or_else(|| D::Error::custom("a file is expected here, with a file name, and not text"))
    }
}

/// `{"type": "string", "format": "binary"}`: how OpenAPI writes a file of a form.
impl<const MAX: u64> JsonSchema for UploadedFile<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UploadedFile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "binary" })
    }
}
