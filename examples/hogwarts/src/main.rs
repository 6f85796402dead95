//! The API routes page of `SolidStart`'s guide as a program: `cargo run -p hogwarts`.
//!
//! | file | what it has |
//! |---|---|
//! | `hogwarts.rs` | the students and houses; nothing of HTTP |
//! | `procedures.rs` | what clients of tRPC call, at `/api/trpc` |
//! | `routes/` | a file for each path: `api/students.rs` answers `/api/students` |
//!
//! The next route is a new file in `routes/`, with a function `GET` or `POST` under `#[api_route]`. The build finds it.

use start_runtime::{Secrets, SessionConfig, prelude::*};

mod hogwarts;
mod procedures;

mod routes {
    start_runtime::routes!("src/routes");
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().data(routes::graphql::schema()).session(sessions()?).serve().await
}

/// Sealed with the secret in `START_SESSION_SECRET`. To try the program out, none is needed: then its sessions end with
/// it.
fn sessions() -> std::io::Result<SessionConfig> {
    match std::env::var_os("START_SESSION_SECRET") {
        Some(_) => SessionConfig::from_env(),
        None => Ok(SessionConfig::new(Secrets::random())),
    }
}
