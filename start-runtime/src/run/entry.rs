//! What the value that `main` returns becomes.

use std::io;

use crate::adapter::Probe;

pub trait IoEntry {
    fn entry_kind(&self) -> IoKind;
}

pub trait AnyEntry {
    fn entry_kind(&self) -> AnyKind;
}

/// `io::Result`: an error is printed with `Display` and ends the process with code 1. Rust itself would print its
/// `Debug`, with line breaks escaped.
pub struct IoKind;
/// Any other value is left to Rust.
pub struct AnyKind;

impl IoEntry for &Probe<io::Result<()>> {
    fn entry_kind(&self) -> IoKind {
        IoKind
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
        output
    }
}

impl AnyKind {
    pub fn finish<T>(self, output: T) -> T {
        output
    }
}

/// Runs an async entry point on actix's runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}
