//! A program with sessions by the secret in its environment, which stops as soon as it listens.

use start_runtime::{SessionConfig, actix_web, prelude::*};

#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Visits(u32);

#[api_route("/api/visits")]
async fn POST(mut visits: start_runtime::Session<Visits>) -> u32 {
    visits.update(|visits| visits.0 += 1);
    visits.0
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let start = Start::new().session(SessionConfig::from_env()?);
    actix_web::rt::spawn(async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(300)).await;
        std::process::exit(0);
    });
    start.serve().await
}
