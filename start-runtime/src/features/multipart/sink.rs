//! A file that is being written: off the worker's thread, under a name of its own until it is whole.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};
use tokio::runtime::Handle;

use crate::base::blocking::blocking;

/// How much is collected before it is written.
const PIECE: usize = 256 * 1024;

/// Where a file is written.
#[derive(Clone)]
pub struct Destination {
    folder: PathBuf,
    /// Whether the file is to stay: then others may read it as they may read any new file of the
    /// program's. A temporary file is for the program alone.
    stays: bool,
}

impl Destination {
    /// In the folder of a path, so that the file can be given that name when it is whole.
    pub fn beside(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Self { folder: folder.unwrap_or(Path::new(".")).to_owned(), stays: true }
    }

    /// In the folder for temporary files.
    pub fn temporary(folder: Option<&Path>) -> Self {
        Self { folder: folder.map_or_else(std::env::temp_dir, Path::to_owned), stays: false }
    }

    /// A new file. Its name begins with a dot: a folder that is served hides it.
    pub fn create(&self) -> io::Result<NamedTempFile> {
        let mut builder = Builder::new();
        builder.prefix(".start-upload-").rand_bytes(16);
        #[cfg(unix)]
        if self.stays {
            use std::os::unix::fs::PermissionsExt as _;
            // The process's umask takes away from it, as from any new file.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        builder.tempfile_in(&self.folder)
    }
}

/// A file that is being written. Dropped before it is whole, it is deleted.
pub struct Sink {
    place: Destination,
    file: Option<NamedTempFile>,
    piece: Vec<u8>,
    length: u64,
}

impl Sink {
    pub fn new(place: Destination) -> Self {
        Self { place, file: None, piece: Vec::new(), length: 0 }
    }

    /// Writes a chunk, or keeps it until there is more.
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

    /// Writes the rest, and does the last thing with the whole file. Gives its length as well.
    pub async fn finish<T: Send + 'static>(
        mut self,
        last: impl FnOnce(NamedTempFile) -> io::Result<T> + Send + 'static,
    ) -> io::Result<(T, u64)> {
        let (file, place, piece) = (self.file.take(), self.place.clone(), std::mem::take(&mut self.piece));
        let done = blocking(move || last(append(file, &place, &piece)?));
        Ok((done.await?, self.length))
    }
}

/// The file is made with the first piece of it: a small upload takes one trip to the other thread.
fn append(file: Option<NamedTempFile>, place: &Destination, piece: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = match file {
        Some(file) => file,
        None => place.create()?,
    };
    file.write_all(piece)?;
    Ok(file)
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            drop_elsewhere(file);
        }
    }
}

/// To delete a large file takes its time: not on the thread of a worker.
pub fn drop_elsewhere<T: Send + 'static>(value: T) {
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(move || drop(value))),
        Err(_) => drop(value),
    }
}

/// Whether files can be written in a folder.
pub fn check_folder(folder: &Path) -> io::Result<()> {
    Destination::temporary(Some(folder)).create().map(drop)
}
