//! Students and houses in `SQLite`, as a GraphQL API: `cargo run -p graphql-example`, then open
//! <http://127.0.0.1:3000/graphql>.
//!
//! | file | what it has |
//! |---|---|
//! | `db.rs`, `schema.sql` | the database: the only files with SQL |
//! | `schema.rs` | the types of the API; nothing of HTTP |
//!
//! `DATABASE_URL` says where the database is, `sqlite://FILE`; unless set, it is in memory.

mod db;
mod schema;

use std::{env, io};

use start_runtime::graphql::{self, Graphql};
use start_runtime::{Response, prelude::*};

use crate::db::Db;
use crate::schema::{Schema, schema};

start_runtime::graphql_schema!(schema::empty);

/// How many bytes of documents are kept for clients that send the hash alone.
const PERSISTED: usize = 1024 * 1024;

/// The API: queries, mutations, uploads and subscriptions.
#[api_route(GET, POST, PUT, DELETE, "/graphql")]
async fn graphql(event: APIEvent, graphql: Data<Graphql<Schema>>) -> Response {
    graphql::handle(event, &graphql).await
}

#[start_runtime::main]
async fn main() -> io::Result<()> {
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned());
    let db = Db::open(&url).await.map_err(io::Error::other)?;
    Start::new().data(Graphql::new(schema(&db)).persisted(PERSISTED)).serve().await
}
