//! Programs whose `main` ends and has served nothing. The variable MISTAKE chooses which.

use start_runtime::prelude::*;

#[api_route("/api/owls")]
async fn GET() -> u32 {
    3
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    if std::env::var("MISTAKE").as_deref() == Ok("an error") {
        return Err(std::io::Error::other("no database"));
    }
    let start = Start::new();
    drop(start.serve());
    Ok(())
}
