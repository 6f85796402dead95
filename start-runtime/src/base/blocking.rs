//! Work that waits for the disk: on threads of its own, so that a worker goes on answering.

use std::io;

use actix_web::rt::task::spawn_blocking;

/// Does it on another thread. If nobody waits for it any more, it is done all the same, and what it
/// gives is dropped there.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
