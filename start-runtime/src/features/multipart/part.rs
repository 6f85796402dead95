use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;

use super::parts::Parts;
use super::refused::{shown, too_large};
use super::sink::{Destination, Sink};
use crate::response::Problem;

/// A part of a multipart body: a text field or a file.
///
/// It is also a [`Stream`] of `Result<Bytes, Problem>`. Whatever is left unread is discarded when the next part is
/// requested.
pub struct Part<'a>(pub(super) &'a mut Parts);

impl Part<'_> {
    /// The name of the form's field.
    pub fn name(&self) -> &str {
        &self.0.head.name
    }

    /// The file's name on the client; `None` for a text field.
    ///
    /// Never use it as a path: it is whatever the client sent, such as `../../etc/passwd`. Give the file a name of your
    /// own, and store this one as text.
    pub fn file_name(&self) -> Option<&str> {
        self.0.head.file_name.as_deref()
    }

    /// The media type of the content according to the client, which may send anything. Its name is in lower case.
    pub fn content_type(&self) -> Option<&str> {
        self.0.head.content_type.as_deref()
    }

    /// Returns the next piece; `None` at the end of the part.
    ///
    /// # Errors
    /// - 413 if a limit is exceeded
    /// - 400 if the body breaks off or is not a multipart form
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        self.0.chunk().await
    }

    /// Reads the rest of the part into memory, up to the limit for other bodies: the route's `body_limit`, or else
    /// [`Start::body_limit`](crate::Start::body_limit).
    ///
    /// # Errors
    /// Those of [`Part::chunk`].
    pub async fn bytes(&mut self) -> Result<Bytes, Problem> {
        let limit = self.0.memory();
        let mut content = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if (content.len() + chunk.len()) as u64 > limit {
                let what = format!("larger than the {limit} bytes that are held in memory here");
                let problem = too_large(&what, self.name(), limit);
                return Err(self.0.refuse(problem));
            }
            content.extend_from_slice(&chunk);
        }
        Ok(content.freeze())
    }

    /// Reads the rest of the part as text.
    ///
    /// # Errors
    /// Those of [`Part::bytes`], and a 400 if the text is not UTF-8.
    pub async fn text(&mut self) -> Result<String, Problem> {
        let content = self.bytes().await?;
        String::from_utf8(content.into()).map_err(|error| {
            let problem = Problem::bad_request(format!("field `{}` is not UTF-8: {error}", shown(self.name())));
            self.0.refuse(problem)
        })
    }

    /// Writes the rest of the part to a file, and returns the number of bytes written. An existing file is replaced.
    ///
    /// Until it is complete, the file has a temporary name in the same folder. If the upload is refused or the client
    /// goes away, that file is deleted. No file is written on the worker's thread.
    ///
    /// # Errors
    /// Those of [`Part::chunk`], and a 500 if the file cannot be written.
    pub async fn save_to(&mut self, path: impl AsRef<Path>) -> Result<u64, Problem> {
        self.save_to_with(path, |_| ()).await
    }

    /// Writes the rest of the part to a file, and calls `see` with each piece: to hash it, or to check its first bytes.
    /// Returns the number of bytes written.
    ///
    /// ```
    /// # use start_runtime::{Problem, prelude::*};
    /// # async fn upload(event: APIEvent) -> Result<(), Problem> {
    /// use std::hash::Hasher;
    ///
    /// let mut parts = event.request.multipart();
    /// while let Some(mut part) = parts.next().await? {
    ///     let mut hash = std::hash::DefaultHasher::new();
    ///     let size = part.save_to_with("uploads/1", |piece| hash.write(piece)).await?;
    ///     println!("{size} bytes, {:x}", hash.finish());
    /// }
    /// # Ok(())}
    /// ```
    ///
    /// # Errors
    /// Those of [`Part::save_to`].
    pub async fn save_to_with(&mut self, path: impl AsRef<Path>, mut see: impl FnMut(&[u8])) -> Result<u64, Problem> {
        let path = path.as_ref();
        let failed = |error| Problem::internal(format!("{}: {error}", path.display()));
        let mut sink = Sink::new(Destination::beside(path));
        while let Some(chunk) = self.chunk().await? {
            see(&chunk);
            sink.write(&chunk).await.map_err(failed)?;
        }
        let target = path.to_owned();
        let written = sink.finish(move |file| file.persist(target)).await;
        written.map(|(_, length)| length).map_err(failed)
    }
}

impl Stream for Part<'_> {
    type Item = Result<Bytes, Problem>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_chunk(cx).map(Result::transpose)
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("name", &self.name()).field("file_name", &self.file_name()).finish()
    }
}
