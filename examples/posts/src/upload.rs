//! Uploaded files in a folder, each under the hash of its content.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use start_runtime::UploadedFile;
use start_runtime::actix_web::web::block;

/// A stored file.
#[derive(Serialize, JsonSchema)]
pub struct Stored {
    /// The name that the client gave it. It is stored as text, and never used as a path here.
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub sha256: String,
}

/// The folder of all stored files.
pub struct Uploads {
    folder: PathBuf,
    /// A lock that shows other programs that files may be arriving; the system releases it however this program ends.
    _in_use: File,
}

impl Uploads {
    /// Opens the folder, and creates it if it is missing.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        match prepare(&folder) {
            Ok(in_use) => Ok(Self { folder, _in_use: in_use }),
            Err(error) => Err(io::Error::other(format!(
                "the folder of uploads `{}` cannot be used: {error}\nUPLOADS is a folder that can be written",
                folder.display()
            ))),
        }
    }

    /// The folder for files that are arriving: on the same file system, so that keeping one is a rename.
    pub fn incoming(&self) -> PathBuf {
        incoming(&self.folder)
    }

    /// Keeps a file. When this returns, the file is on the disk, not only in a cache.
    pub async fn keep(&self, file: UploadedFile) -> io::Result<Stored> {
        let mut hash = Sha256::new();
        let mut content = file.stream();
        while let Some(chunk) = content.chunk().await? {
            hash.update(&chunk);
        }
        let sha256 = format!("{:x}", hash.finalize());
        let name = file.file_name().unwrap_or_default().to_owned();
        let size = file.size().cast_signed();
        let path = self.folder.join(&sha256);
        file.persist(&path).await?;
        block(move || File::options().write(true).open(path)?.sync_all()).await.map_err(io::Error::other)??;
        Ok(Stored { name, size, sha256 })
    }
}

fn incoming(folder: &Path) -> PathBuf {
    folder.join(".incoming")
}

fn prepare(folder: &Path) -> io::Result<File> {
    let incoming = incoming(folder);
    fs::create_dir_all(&incoming)?;
    let lock = File::create(folder.join(".lock"))?;
    // No other program uses the folder: any file in it belonged to a program that was killed.
    if lock.try_lock().is_ok() {
        fs::remove_dir_all(&incoming)?;
        fs::create_dir(&incoming)?;
        lock.unlock()?;
    }
    lock.lock_shared()?;
    Ok(lock)
}
