//! What is done, in a database of SQLite.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{query, query_scalar};
use tokio::time::sleep;

use super::store::{Claim, OnceError, OnceFuture, OnceStore};
use crate::base::StartError;

/// How long other processes may have the file for themselves.
const BUSY: Duration = Duration::from_secs(5);

/// What a row says: `until` is milliseconds since 1970.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS start_once (
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    is_done INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// One statement, so that SQLite lets one of all processes have the row.
const CLAIM: &str = "INSERT INTO start_once (key, owner, is_done, until) VALUES (?1, ?2, 0, ?3)
    ON CONFLICT (key) DO UPDATE SET owner = ?2, is_done = 0, until = ?3 WHERE until <= ?4";

/// Knows what all processes have done that open this file, also after they have ended: with the feature `webhook-sqlite`.
///
/// ```no_run
/// use start_runtime::prelude::*;
/// use start_runtime::webhook::SqliteOnce;
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     Start::new().once_store(SqliteOnce::open("deliveries.db").await?).serve().await
/// }
/// ```
///
/// The table is `start_once`. The file may be that of the program's own database, in any version of SQLite's format; it has
/// to be on a local disk, because SQLite does not lock files of a network.
pub struct SqliteOnce(SqlitePool);

impl SqliteOnce {
    /// Opens a file. A missing one is created.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened, or is not a database of SQLite.
    pub async fn open(file: impl AsRef<Path>) -> io::Result<Self> {
        let file = file.as_ref();
        let give_up = Instant::now() + BUSY;
        let mut opened = Self::connect(file).await;
        // While another process makes the file or its log, SQLite does not wait: it says at once that the file is locked.
        while opened.as_ref().is_err_and(is_busy) && Instant::now() < give_up {
            sleep(Duration::from_millis(20)).await;
            opened = Self::connect(file).await;
        }
        opened.map_err(|error| {
            let text = format!(
                "the store of deliveries `{}` cannot be opened: {error}\n\
                 `SqliteOnce::open` takes a file in a folder that can be written, such as `deliveries.db`",
                file.display()
            );
            StartError::new(text).with_kind(io::ErrorKind::Other).into()
        })
    }

    async fn connect(file: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(BUSY);
        // One connection: the file allows one write at a time.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        query(TABLE).execute(&pool).await?;
        Ok(Self(pool))
    }

    async fn begin(&self, key: &str, owner: &str, lease: Duration) -> sqlx::Result<Claim> {
        let now = SystemTime::now();
        let claim = query(CLAIM).bind(key).bind(owner).bind(millis(now + lease)).bind(millis(now));
        if claim.execute(&self.0).await?.rows_affected() == 1 {
            // Few rows are over at a time, and this one is work that nobody repeats soon.
            query("DELETE FROM start_once WHERE until <= ?").bind(millis(now)).execute(&self.0).await?;
            return Ok(Claim::Yours);
        }
        let is_done = query_scalar("SELECT is_done FROM start_once WHERE key = ?").bind(key);
        let is_done: Option<bool> = is_done.fetch_optional(&self.0).await?;
        Ok(if is_done == Some(true) { Claim::Done } else { Claim::Busy })
    }
}

impl OnceStore for SqliteOnce {
    fn claim<'a>(&'a self, key: &'a str, owner: &'a str, lease: Duration) -> OnceFuture<'a, Claim> {
        Box::pin(async move { self.begin(key, owner, lease).await.map_err(OnceError::new) })
    }

    fn finish<'a>(&'a self, key: &'a str, owner: &'a str, keep: Duration) -> OnceFuture<'a, ()> {
        Box::pin(async move {
            let finish = query("UPDATE start_once SET is_done = 1, until = ? WHERE key = ? AND owner = ?");
            let finish = finish.bind(millis(SystemTime::now() + keep)).bind(key).bind(owner);
            finish.execute(&self.0).await.map(drop).map_err(OnceError::new)
        })
    }

    fn release<'a>(&'a self, key: &'a str, owner: &'a str) -> OnceFuture<'a, ()> {
        Box::pin(async move {
            let release = query("DELETE FROM start_once WHERE key = ? AND owner = ? AND is_done = 0");
            release.bind(key).bind(owner).execute(&self.0).await.map(drop).map_err(OnceError::new)
        })
    }

    fn check(&self) -> OnceFuture<'_, ()> {
        Box::pin(async move {
            query("SELECT 1 FROM start_once LIMIT 1").execute(&self.0).await.map(drop).map_err(OnceError::new)
        })
    }

    fn place(&self) -> Option<String> {
        Some(format!("in {}", self.0.connect_options().get_filename().display()))
    }
}

/// Whether an error is SQLITE_BUSY, in any of its forms: the lowest byte of a code says which error it is.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
