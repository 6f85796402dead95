//! The database: one file, and all queries.

use std::io;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Result, query, query_as, query_scalar};
use start_runtime::actix_web::rt::time::sleep;
use start_runtime::serde_json::Value;

use crate::post::{NewPost, Post};
use crate::upload::Stored;

/// The number of connections that read, beside the one that writes. More would compete for the same few cores.
const READERS: u32 = 4;

/// The database of posts. Clones share its connections.
#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    /// One connection: the file allows one write at a time, and a queue is fairer than the file's lock.
    writer: SqlitePool,
}

impl Db {
    /// Opens the database `sqlite://FILE`. A missing file is created, and the tables are migrated.
    pub async fn open(url: &str) -> io::Result<Self> {
        let mut opened = Self::connect(url).await;
        // Of several processes that begin at once, one makes the file and its tables. The others find it locked, or the
        // tables made under their hands.
        for _ in 0..20 {
            let Err(sqlx::Error::Migrate(_) | sqlx::Error::Database(_)) = &opened else { break };
            sleep(Duration::from_millis(50)).await;
            opened = Self::connect(url).await;
        }
        opened.map_err(|error| {
            io::Error::other(format!(
                "the database `{url}` cannot be opened: {error}\n\
                 DATABASE_URL is `sqlite://FILE`, with a file in a folder that can be written, such as `sqlite://posts.db`"
            ))
        })
    }

    async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            return Err(sqlx::Error::Configuration("it does not begin with `sqlite:`".into()));
        }
        // With a write-ahead log, readers and the writer do not wait for each other. FULL writes the log to the disk
        // (fsync) before a write is acknowledged, so the write survives a loss of power. With NORMAL it would only
        // survive the end of the process.
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5)); // for other programs that open the file
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
        Ok(Self { readers, writer })
    }

    /// The folder of the database file.
    pub fn folder(&self) -> PathBuf {
        self.writer.connect_options().get_filename().with_file_name("")
    }

    /// Waits for running writes, and moves everything into the one file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// All posts, the oldest first.
    pub async fn posts(&self) -> Result<Vec<Post>> {
        query_as("SELECT id, title, body, created_at FROM posts ORDER BY id").fetch_all(&self.readers).await
    }

    pub async fn count(&self) -> Result<i64> {
        query_scalar("SELECT count(*) FROM posts").fetch_one(&self.readers).await
    }

    pub async fn post(&self, id: i64) -> Result<Option<Post>> {
        let post = query_as("SELECT id, title, body, created_at FROM posts WHERE id = ?");
        post.bind(id).fetch_optional(&self.readers).await
    }

    // Writes use `execute`: a statement with RETURNING is committed after its row was read, and sqlx does not report
    // whether that succeeded.

    pub async fn insert(&self, NewPost { title, body }: NewPost) -> Result<Post> {
        let created_at = Utc::now().trunc_subsecs(3);
        let insert = query("INSERT INTO posts (title, body, created_at) VALUES (?, ?, ?)");
        let done = insert.bind(&title).bind(&body).bind(created_at).execute(&self.writer).await?;
        Ok(Post { id: done.last_insert_rowid(), title, body, created_at })
    }

    /// Changes the text of a post. Returns the post, if there is one with this id.
    pub async fn update(&self, id: i64, new: &NewPost) -> Result<Option<Post>> {
        let update = query("UPDATE posts SET title = ?, body = ? WHERE id = ?");
        update.bind(&new.title).bind(&new.body).bind(id).execute(&self.writer).await?;
        self.post(id).await
    }

    pub async fn delete(&self, id: i64) -> Result<()> {
        query("DELETE FROM posts WHERE id = ?").bind(id).execute(&self.writer).await?;
        Ok(())
    }

    /// Stores a checkout, unless its event was stored before: whichever of several processes comes first.
    pub async fn insert_checkout(&self, event_id: &str, session: &Value) -> Result<()> {
        let insert = query(
            "INSERT INTO checkouts (event_id, session, received_at) VALUES (?, ?, ?) ON CONFLICT (event_id) DO NOTHING",
        );
        insert.bind(event_id).bind(session.to_string()).bind(Utc::now()).execute(&self.writer).await?;
        Ok(())
    }

    /// Records the files of one upload: all of them or none.
    pub async fn insert_uploads(&self, title: &str, files: &[Stored]) -> Result<()> {
        let mut transaction = self.writer.begin().await?;
        for file in files {
            let insert = query("INSERT INTO uploads (title, name, size, sha256, created_at) VALUES (?, ?, ?, ?, ?)");
            let insert = insert.bind(title).bind(&file.name).bind(file.size).bind(&file.sha256).bind(Utc::now());
            insert.execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }
}
