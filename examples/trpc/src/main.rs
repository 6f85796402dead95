//! The owl post: letters that arrive while you look, for a front end in TypeScript by tRPC.
//!
//! | file | what it has |
//! |---|---|
//! | `letters.rs` | the letters, in a file; nothing of tRPC |
//! | `procedures/` | what clients call: `letter.rs` has `letter.list`, `letter.send` and `letter.arrivals` |
//! | `../web/` | the front end: Vite and `@trpc/client` 11; `src/server.d.ts` is written by this program |
//! | `../web10/` | a page with `@trpc/client` 10 |
//!
//! While you develop, run `cargo run -p trpc-example`, and `npm ci` once and then `npm run dev` in `web/`: Vite passes
//! `/api` on. After `npm run build`, the program serves the front end itself.
//!
//! | variable | what it says | unless set |
//! |---|---|---|
//! | `LETTERS` | the file of the letters | `letters.jsonl` |
//! | `WEB` | the built front end | `web/dist` of the sources |

mod letters;
mod procedures;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::{env, io};

use start_runtime::Start;

use crate::letters::Letters;
use crate::procedures::app_router;

#[start_runtime::main]
async fn main() -> io::Result<()> {
    let file = env::var_os("LETTERS").unwrap_or_else(|| "letters.jsonl".into());
    let start = program(Letters::open(file)?).write_types(concat!(env!("CARGO_MANIFEST_DIR"), "/web/src/server.d.ts"));
    match web() {
        Some(folder) => start.pages(folder),
        None => start,
    }
    .serve()
    .await
}

fn program(letters: Letters) -> Start {
    Start::new().data(letters).trpc_router("/api/trpc", app_router()).trpc_router("/api/trpc10", app_router().v10())
}

/// The folder of the front end, once it is built.
fn web() -> Option<PathBuf> {
    let of_sources = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist"));
    match env::var_os("WEB") {
        Some(given) => Some(given.into()),
        None => Some(of_sources()).filter(|folder| folder.is_dir()),
    }
}
