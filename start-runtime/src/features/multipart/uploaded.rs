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

use super::head::Head;
use super::left_over::Alive;
use super::placeholder;
use super::refused::shown;
use super::sink::{Destination, Sink, Temporary, drop_elsewhere};
use crate::base::blocking::blocking;

/// A file of a multipart form, as a field of the `T` in [`Multipart<T>`](super::Multipart).
///
/// It is on disk, in a temporary file that is deleted when this value is dropped; [`UploadedFile::persist`] keeps it.
/// `MAX` is its largest size in bytes: `UploadedFile<{ 5 * 1024 * 1024 }>`. A larger file is a 413 that names the
/// field, sent before the whole file has arrived.
///
/// `Option<UploadedFile>` may be missing; `Vec<UploadedFile>` takes several, and with `#[serde(default)]` may be empty.
/// A file input that a person left empty is not a file.
pub struct UploadedFile<const MAX: u64 = { u64::MAX }>(Arc<Stored>);

/// An upload on disk. Dropping its last reference deletes it, unless it was kept.
pub struct Stored {
    path: PathBuf,
    size: u64,
    head: Head,
    kept: AtomicBool,
    alive: Option<Arc<Alive>>,
}

impl Stored {
    /// Takes over a file that was written.
    pub async fn new(sink: Sink, head: Head) -> io::Result<Self> {
        let (file, size) = sink.finish(Temporary::close).await?;
        // Kept only now: if the request ends before this line, the file is deleted.
        let (path, alive) = file.keep()?;
        Ok(Self { path, size, head, kept: AtomicBool::new(false), alive })
    }

    /// The name of the file in error messages.
    pub fn label(&self) -> Cow<'_, str> {
        self.head.file_name.as_deref().map_or("a file".into(), shown)
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        if !*self.kept.get_mut() {
            let path = std::mem::take(&mut self.path);
            drop_elsewhere(Delete { path, _alive: self.alive.take() });
        }
    }
}

/// Deletes a file when it is dropped, on whichever thread that happens.
struct Delete {
    path: PathBuf,
    _alive: Option<Arc<Alive>>,
}

impl Drop for Delete {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!("the temporary file {} could not be deleted: {error}", self.path.display());
        }
    }
}

impl<const MAX: u64> UploadedFile<MAX> {
    /// The file's name on the client.
    ///
    /// Never use it as a path: it is whatever the client sent, such as `../../etc/passwd`. Give the file a name of your
    /// own, and store this one as text.
    pub fn file_name(&self) -> Option<&str> {
        self.0.head.file_name.as_deref()
    }

    /// The media type of the file according to the client, which may send anything.
    pub fn content_type(&self) -> Option<&str> {
        self.0.head.content_type.as_deref()
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// The path of the file, which is valid until this value is dropped.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Keeps the file at this path, with the permissions of any new file of the program. An existing file is replaced,
    /// and the path never holds an incomplete file.
    ///
    /// Within one file system this is a rename; across file systems the file is copied. Set
    /// [`Start::upload_folder`](crate::Start::upload_folder) to choose where temporary files are.
    ///
    /// # Errors
    /// Returns an error if the folder is missing or not writable. The upload is then deleted.
    pub async fn persist(self, path: impl AsRef<Path>) -> io::Result<()> {
        let (stored, target) = (self.0, path.as_ref().to_owned());
        blocking(move || {
            let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", target.display()));
            keep(&stored, &target).map_err(failed)
        })
        .await
    }

    /// Reads the whole file into memory: check [`UploadedFile::size`] first.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub async fn bytes(&self) -> io::Result<Bytes> {
        let stored = self.0.clone();
        blocking(move || fs::read(&stored.path).map(Bytes::from)).await
    }

    /// The content piece by piece: to hash it, or to send it with [`Response::stream`](crate::Response::stream). The
    /// file exists at least as long as the stream.
    pub fn stream(&self) -> FileStream {
        FileStream::new(self.0.clone())
    }
}

/// Moves the file to its new name. A fresh file in the target's folder determines the permissions, and receives the
/// content if a rename is not possible.
fn keep(stored: &Stored, target: &Path) -> io::Result<()> {
    let mut fresh = Destination::beside(target).create()?;
    fs::set_permissions(&stored.path, fresh.file().metadata()?.permissions())?;
    match fs::rename(&stored.path, target) {
        Ok(()) => {
            stored.kept.store(true, Ordering::Relaxed);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            io::copy(&mut File::open(&stored.path)?, fresh.file())?;
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

    /// Returns the next piece; `None` at the end.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
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

/// The form learns from the name that the deserializer sees which fields are files, and how large they may be.
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

/// `{"type": "string", "format": "binary"}`: how OpenAPI describes a file in a form.
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
