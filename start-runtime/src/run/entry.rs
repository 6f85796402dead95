//! What the value that `main` returns becomes.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::adapter::Probe;

/// Whether a program was built to be served, or called in a test.
static SERVED: AtomicBool = AtomicBool::new(false);

/// A program is built: `main` has served something.
pub fn served() {
    SERVED.store(true, Ordering::Relaxed);
}

/// A note behind a `main` that has served nothing: the program would end without a word.
fn note_unserved() {
    if !SERVED.load(Ordering::Relaxed) {
        eprintln!(
            "note: `main` has ended and served nothing. It ends with `Start::new().serve().await`; `serve()` alone is a future that does nothing"
        );
    }
}

pub trait IoEntry {
    fn entry_kind(&self) -> IoKind;
}

pub trait ResultEntry {
    fn entry_kind(&self) -> ResultKind;
}

pub trait AnyEntry {
    fn entry_kind(&self) -> AnyKind;
}

/// `io::Result`: an error is printed with `Display` and ends the process with code 1. Rust itself would print its
/// `Debug`, with line breaks escaped.
pub struct IoKind;
/// Any other `Result`: Rust prints its error.
pub struct ResultKind;
/// Any other value is left to Rust.
pub struct AnyKind;

impl IoEntry for &&Probe<io::Result<()>> {
    fn entry_kind(&self) -> IoKind {
        IoKind
    }
}

impl<T, E> ResultEntry for &Probe<Result<T, E>> {
    fn entry_kind(&self) -> ResultKind {
        ResultKind
    }
}

impl<T> AnyEntry for Probe<T> {
    fn entry_kind(&self) -> AnyKind {
        AnyKind
    }
}

impl IoKind {
    pub fn finish(self, output: io::Result<()>) -> io::Result<()> {
        if let Err(error) = &output {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
        note_unserved();
        output
    }
}

impl ResultKind {
    pub fn finish<T, E>(self, output: Result<T, E>) -> Result<T, E> {
        if output.is_ok() {
            note_unserved();
        }
        output
    }
}

impl AnyKind {
    pub fn finish<T>(self, output: T) -> T {
        note_unserved();
        output
    }
}

/// Runs an async entry point on actix's runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}
