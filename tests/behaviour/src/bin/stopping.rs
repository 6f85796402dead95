//! A program that is stopped while it works. `SHUTDOWN_MS` is the time that it may take to stop, and `UPLOADS` the folder of its
//! uploads.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use start_runtime::actix_web::rt::time::{Sleep, sleep};
use start_runtime::actix_web::web::Bytes;
use start_runtime::{Multipart, Response, UploadedFile, prelude::*};

/// Some work.
#[api_route(GET, "/work")]
async fn work() -> &'static str {
    sleep(Duration::from_millis(20)).await;
    "done"
}

/// Work on a body that is sent.
#[api_route(POST, "/work")]
async fn post(event: APIEvent) -> Result<String, Problem> {
    event.request.text().await
}

/// Never finishes.
#[api_route(GET, "/stuck")]
async fn stuck() {
    sleep(Duration::from_secs(600)).await;
}

/// Blocks its thread.
#[api_route(GET, "/blocked")]
async fn blocked() {
    std::thread::sleep(Duration::from_secs(600));
}

/// Sends `tick ` ten times within a second.
struct Ticks(u8, Pin<Box<Sleep>>);

impl Stream for Ticks {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 10 {
            return Poll::Ready(None);
        }
        match self.1.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                self.0 += 1;
                self.1 = Box::pin(sleep(Duration::from_millis(100)));
                Poll::Ready(Some(Ok(Bytes::from_static(b"tick "))))
            }
        }
    }
}

/// A response that takes time.
#[api_route(GET, "/ticks")]
async fn ticks() -> Response {
    Response::stream(Ticks(0, Box::pin(sleep(Duration::from_millis(100)))))
}

/// A stream that says its length, which nobody can rely on.
#[api_route(GET, "/length")]
async fn length() -> Response {
    Response::stream(Ticks(9, Box::pin(sleep(Duration::ZERO)))).header("Content-Length", "5")
}

/// Work behind the answer, which takes as long as the query says, and then creates the file that it names.
#[api_route(GET, "/after/[ms]/[file]")]
async fn after(ms: u64, file: String, event: APIEvent) -> &'static str {
    event.after(async move {
        sleep(Duration::from_millis(ms)).await;
        if let Err(error) = std::fs::write(&file, "done") {
            eprintln!("{file}: {error}");
        }
    });
    "done"
}

#[derive(serde::Deserialize)]
struct Upload {
    file: UploadedFile,
}

/// Keeps a file for as long as the body takes.
#[api_route(POST, "/upload")]
async fn upload(Multipart(form): Multipart<Upload>) -> String {
    form.file.size().to_string()
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let timeout = std::env::var("SHUTDOWN_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let start = Start::new().workers(2).shutdown_timeout(Duration::from_millis(timeout));
    match std::env::var("UPLOADS") {
        Ok(folder) => start.upload_folder(folder).serve().await,
        Err(_) => start.serve().await,
    }
}
