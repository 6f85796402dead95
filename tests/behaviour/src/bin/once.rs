//! Claims keys of a database that other processes claim at the same time: `once FILE KEYS NAME`. Prints those that it got.

use std::time::Duration;

use start_runtime::webhook::{Claim, OnceStore as _, SqliteOnce};

fn main() -> std::io::Result<()> {
    start_runtime::actix_web::rt::System::new().block_on(claim())
}

async fn claim() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, keys, name] = arguments.as_slice() else { return Err(std::io::Error::other("once FILE KEYS NAME")) };
    let store = SqliteOnce::open(file).await?;
    let keys: u32 = keys.parse().map_err(std::io::Error::other)?;
    for key in (0..keys).map(|key| key.to_string()) {
        match store.claim(&key, name, Duration::from_secs(60)).await.map_err(std::io::Error::other)? {
            Claim::Yours => {
                println!("{key}");
                store.finish(&key, name, Duration::from_secs(60)).await.map_err(std::io::Error::other)?;
            }
            Claim::Done | Claim::Busy => {}
        }
    }
    Ok(())
}
