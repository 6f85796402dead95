//! Files that a killed process left behind are deleted by the next one, and never those of a living process.
//!
//! Each temporary file has the id of a process in its name. As long as a process has such files, it holds the lock of a
//! file that has this id in its name, too, in the system's folder for temporary files. The system releases the lock
//! when the process ends, however it ends. Where the file of an id is not there, such as in another container, nothing is
//! known of the process: then its files are deleted once they are a day old.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

/// How the names of temporary files begin. They are hidden if the folder is served.
const UPLOAD: &str = ".start-upload-";
const LOCK: &str = ".start-lock-";

/// The length of an id, and of what follows it.
const LENGTH: usize = 16;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Says that this process lives. Everything that has a temporary file holds it.
pub struct Alive {
    id: String,
    /// Deleted when the last upload is gone.
    _lock: NamedTempFile,
}

impl Alive {
    /// The one of this process. `None` if its file cannot be created.
    pub fn now() -> Option<Arc<Self>> {
        static ALIVE: Mutex<Weak<Alive>> = Mutex::new(Weak::new());
        let mut alive = ALIVE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(alive) = alive.upgrade() {
            return Some(alive);
        }
        let new = Self::create().map(Arc::new).ok()?;
        *alive = Arc::downgrade(&new);
        Some(new)
    }

    fn create() -> io::Result<Self> {
        let lock = Builder::new().prefix(LOCK).rand_bytes(LENGTH).tempfile()?;
        lock.as_file().try_lock()?;
        let name = lock.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { id: name.trim_start_matches(LOCK).to_owned(), _lock: lock })
    }
}

/// How the name of a temporary file begins, and how many random characters follow.
pub fn name(alive: Option<&Alive>) -> (String, usize) {
    let id = alive.map_or_else(String::new, |alive| format!("{}-", alive.id));
    (format!("{UPLOAD}{id}"), LENGTH)
}

/// Deletes what dead processes have left in a folder, the first time that this process looks there.
pub fn sweep_once(folder: &Path) {
    static SWEPT: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);
    if !SWEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned()) {
        return;
    }
    let (count, bytes) = sweep(folder);
    if count > 0 {
        let uploads = if count == 1 { "upload" } else { "uploads" };
        tracing::info!("deleted {count} {uploads} that a killed process left in {} ({bytes} bytes)", folder.display());
    }
}

/// Returns how many files were deleted, and how many bytes they had. What cannot be read or deleted belongs to somebody
/// else.
fn sweep(folder: &Path) -> (usize, u64) {
    let (mut count, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        let is_old = || metadata.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > DAY));
        let is_left = match (name.strip_prefix(UPLOAD), name.strip_prefix(LOCK)) {
            _ if !metadata.is_file() => false,
            (Some(rest), _) => match rest.split_once('-') {
                // Asked for each file: an id is free for a moment before its process takes its lock, but has no file yet.
                Some((id, _)) => is_dead(id).unwrap_or_else(is_old),
                None => is_old(),
            },
            // After a day, the files of a dead process are old enough without it.
            (_, Some(id)) => is_old() && is_dead(id) == Some(true),
            _ => false,
        };
        if is_left && fs::remove_file(entry.path()).is_ok() && name.starts_with(UPLOAD) {
            count += 1;
            bytes += metadata.len();
        }
    }
    (count, bytes)
}

/// Whether the process with this id is gone; `None` if nothing is known of it.
fn is_dead(id: &str) -> Option<bool> {
    if id.len() != LENGTH || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let lock = File::options().read(true).write(true).open(std::env::temp_dir().join(format!("{LOCK}{id}"))).ok()?;
    match lock.try_lock() {
        Ok(()) => Some(true),
        Err(fs::TryLockError::WouldBlock) => Some(false),
        Err(fs::TryLockError::Error(_)) => None,
    }
}
