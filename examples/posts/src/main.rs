//! The server routes page of `TanStack` Start's guide as a program with a database: `cargo run -p posts`.
//!
//! | file | what it has |
//! |---|---|
//! | `post.rs`, `upload.rs` | a post and its rules; uploaded files on disk |
//! | `stripe.rs` | events of Stripe |
//! | `db.rs` | the database: the only file with SQL |
//! | `routes/` | a file for each path: `api/posts/$postId.rs` answers `/api/posts/$postId` |
//! | `tests.rs` | tests through the whole program, without a socket |
//!
//! The next route is a new file in `routes/`. What it needs of the program it takes as `Data<Db>` or `Data<Uploads>`.
//!
//! | variable | what it says | unless set |
//! |---|---|---|
//! | `DATABASE_URL` | where the database is: `sqlite://FILE` | `sqlite://posts.db` |
//! | `UPLOADS` | where uploaded files are kept | `uploads` beside the database |
//! | `STRIPE_WEBHOOK_SECRET` | what Stripe signs with | `whsec_test_secret`; in a release, nothing |
//! | `WEB` | where the front end is | `web` beside the program, else that of the sources |

mod db;
mod post;
mod stripe;
#[cfg(test)]
mod tests;
mod upload;

mod routes {
    start_runtime::routes!("src/routes");
}

use std::path::PathBuf;
use std::{env, io};

use start_runtime::Start;
use start_runtime::webhook::Stripe;

use crate::db::Db;
use crate::upload::Uploads;

#[start_runtime::main]
async fn main() -> io::Result<()> {
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://posts.db".into());
    let db = Db::open(&url).await?;
    let uploads = env::var_os("UPLOADS").map_or_else(|| db.folder().join("uploads"), PathBuf::from);
    program(db.clone(), Uploads::open(uploads)?).serve().await?;
    db.close().await;
    Ok(())
}

fn program(db: Db, uploads: Uploads) -> Start {
    Start::new()
        .upload_folder(uploads.incoming())
        .data(db)
        .data(uploads)
        .webhook::<Stripe>(stripe::secrets())
        .pages(web())
}

/// The folder of the front end. It is deployed beside the program; `cargo run` finds it in the sources, from any
/// folder.
fn web() -> PathBuf {
    let beside = || Some(env::current_exe().ok()?.with_file_name("web")).filter(|folder| folder.is_dir());
    let given = env::var_os("WEB").map(PathBuf::from);
    given.or_else(beside).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/web").into())
}
