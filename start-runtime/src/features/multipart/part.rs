use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;

use super::parts::Parts;
use super::refused::too_large;
use super::sink::{Destination, Sink};
use crate::response::Problem;

/// A part of a multipart body: a text field or a file.
///
/// It is a [`Stream`] of `Result<Bytes, Problem>` as well. What is not read of it is read away when the
/// next part is asked for.
pub struct Part<'a>(pub(super) &'a mut Parts);

impl Part<'_> {
    /// The name of the form's field.
    pub fn name(&self) -> &str {
        &self.0.head.name
    }

    /// The name of the file as the client has it; `None` for a text field.
    ///
    /// Never use it as a path: it is whatever the client sent, `../../etc/passwd` included. Give the
    /// file a name of your own, and keep this one as a text.
    pub fn file_name(&self) -> Option<&str> {
        self.0.head.file_name.as_deref()
    }

    /// The media type that the client says the content has. It may say anything.
    pub fn content_type(&self) -> Option<&str> {
        self.0.head.content_type.as_deref()
    }

    /// The next piece; `None` at the end of the part.
    ///
    /// # Errors
    /// 413 over a limit, 400 for a body that breaks off or is no multipart form.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        self.0.chunk().await
    }

    /// The rest of the part, in memory: at most as many bytes as other bodies may have, which the
    /// route's `body_limit` or else [`Start::body_limit`](crate::Start::body_limit) says.
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

    /// The rest of the part as text.
    ///
    /// # Errors
    /// Those of [`Part::bytes`], and 400 for what is no UTF-8.
    pub async fn text(&mut self) -> Result<String, Problem> {
        let content = self.bytes().await?;
        String::from_utf8(content.into()).map_err(|error| {
            let problem = Problem::bad_request(format!("field `{}` is not UTF-8: {error}", self.name()));
            self.0.refuse(problem)
        })
    }

    /// Writes the rest of the part to a file, and tells how many bytes that were. A file that is there
    /// is replaced.
    ///
    /// Until all of it is written it has another name in the same folder, and no name that is left
    /// behind if the upload is refused or the client goes away. Nothing is written on the worker's
    /// thread.
    ///
    /// # Errors
    /// Those of [`Part::chunk`], and 500 if the file cannot be written.
    pub async fn save_to(&mut self, path: impl AsRef<Path>) -> Result<u64, Problem> {
        self.save_to_with(path, |_| ()).await
    }

    /// The same, and shows each piece as it comes by: to hash it, or to look at its first bytes.
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
        let written = sink.finish(move |file| Ok(file.persist(target)?)).await;
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
