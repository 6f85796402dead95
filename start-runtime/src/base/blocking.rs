//! Work that waits for the disk runs on separate threads, so that a worker can keep answering requests.

use std::io;

use actix_web::rt::task::spawn_blocking;

/// Runs `work` on another thread and returns its result. If the caller stops waiting, the work still runs to its end,
/// and its result is dropped on that thread.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
