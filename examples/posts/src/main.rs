//! The server routes page of `TanStack` Start as a program with a database: `cargo run -p posts`.

mod db;
mod post;
#[cfg(test)]
mod tests;

mod routes {
    start_runtime::routes!("src/routes");
}

use std::path::PathBuf;
use std::{env, io};

use start_runtime::Start;

use crate::db::Db;

#[start_runtime::main]
async fn main() -> io::Result<()> {
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://posts.db".into());
    let db = Db::open(&url).await?;
    program(db.clone()).serve().await?;
    db.close().await;
    Ok(())
}

fn program(db: Db) -> Start {
    Start::new().data(db).pages(web())
}

/// Where the front end is: what WEB says, else a folder `web` beside the program, as it is deployed,
/// else that of the sources, for `cargo run`.
fn web() -> PathBuf {
    let beside = || Some(env::current_exe().ok()?.with_file_name("web")).filter(|folder| folder.is_dir());
    let given = env::var_os("WEB").map(PathBuf::from);
    given.or_else(beside).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/web").into())
}
