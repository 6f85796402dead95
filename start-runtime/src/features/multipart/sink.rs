//! Writes a file: not on the worker's thread, and under a temporary name until it is complete.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{Builder, NamedTempFile, TempPath};
use tokio::runtime::Handle;

use super::left_over::{self, Alive};
use crate::base::blocking::blocking;

/// How many bytes are collected before they are written.
const PIECE: usize = 256 * 1024;

/// Where a file is written.
#[derive(Clone)]
pub struct Destination {
    folder: PathBuf,
    /// Whether the file is to be kept: then it has the permissions of any new file of the program. A temporary file is
    /// for the program alone.
    stays: bool,
}

impl Destination {
    /// In the folder of a path, so that the complete file can be renamed to that path.
    pub fn beside(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Self { folder: folder.unwrap_or(Path::new(".")).to_owned(), stays: true }
    }

    /// In the folder for temporary files.
    pub fn temporary(folder: Option<&Path>) -> Self {
        Self { folder: folder.map_or_else(std::env::temp_dir, Path::to_owned), stays: false }
    }

    /// Creates a file.
    pub fn create(&self) -> io::Result<Temporary> {
        left_over::sweep_once(&self.folder);
        let alive = Alive::now();
        let (prefix, random) = left_over::name(alive.as_deref());
        let mut builder = Builder::new();
        builder.prefix(&prefix).rand_bytes(random);
        #[cfg(unix)]
        if self.stays {
            use std::os::unix::fs::PermissionsExt as _;
            // The process's umask restricts this, as for any new file.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        Ok(Temporary { file: builder.tempfile_in(&self.folder)?, alive })
    }
}

/// A temporary file. It is deleted when it is dropped, and before nothing says any more that its process lives.
pub struct Temporary {
    file: NamedTempFile,
    alive: Option<Arc<Alive>>,
}

impl Temporary {
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives the file its name.
    pub fn persist(self, path: impl AsRef<Path>) -> io::Result<()> {
        Ok(self.file.persist(path).map(drop)?)
    }

    /// Closes the file.
    pub fn close(self) -> io::Result<Closed> {
        // The path deletes its file if the task that waits for it is gone.
        Ok(Closed { path: self.file.into_temp_path(), alive: self.alive })
    }
}

/// A complete temporary file.
pub struct Closed {
    path: TempPath,
    alive: Option<Arc<Alive>>,
}

impl Closed {
    /// Takes the file over: from here on, its owner deletes it.
    pub fn keep(self) -> io::Result<(PathBuf, Option<Arc<Alive>>)> {
        Ok((self.path.keep()?, self.alive))
    }
}

/// A file that is being written. It is deleted if it is dropped before it is complete.
pub struct Sink {
    place: Destination,
    file: Option<Temporary>,
    piece: Vec<u8>,
    length: u64,
}

impl Sink {
    pub fn new(place: Destination) -> Self {
        Self { place, file: None, piece: Vec::new(), length: 0 }
    }

    /// Writes a chunk, or buffers it until there is more.
    pub async fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.piece.extend_from_slice(chunk);
        self.length += chunk.len() as u64;
        if self.piece.len() < PIECE {
            return Ok(());
        }
        let (file, place, mut piece) = (self.file.take(), self.place.clone(), std::mem::take(&mut self.piece));
        let written = blocking(move || {
            let file = append(file, &place, &piece)?;
            piece.clear();
            Ok((file, piece))
        });
        let (file, piece) = written.await?;
        (self.file, self.piece) = (Some(file), piece);
        Ok(())
    }

    /// Writes the rest, then calls `last` with the complete file. Returns its result and the file's length.
    pub async fn finish<T: Send + 'static>(
        mut self,
        last: impl FnOnce(Temporary) -> io::Result<T> + Send + 'static,
    ) -> io::Result<(T, u64)> {
        let (file, place, piece) = (self.file.take(), self.place.clone(), std::mem::take(&mut self.piece));
        let done = blocking(move || last(append(file, &place, &piece)?));
        Ok((done.await?, self.length))
    }
}

/// Creates the file together with its first piece, so that a small upload needs only one switch to the other thread.
fn append(file: Option<Temporary>, place: &Destination, piece: &[u8]) -> io::Result<Temporary> {
    let mut file = match file {
        Some(file) => file,
        None => place.create()?,
    };
    file.file().write_all(piece)?;
    Ok(file)
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            drop_elsewhere(file);
        }
    }
}

/// Drops a value on another thread, because deleting a large file takes time.
pub fn drop_elsewhere<T: Send + 'static>(value: T) {
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(move || drop(value))),
        Err(_) => drop(value),
    }
}

/// Returns an error if files cannot be written in a folder.
pub fn check_folder(folder: &Path) -> io::Result<()> {
    Destination::temporary(Some(folder)).create().map(drop)
}
