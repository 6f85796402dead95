#![deny(warnings)]

#[start_runtime::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().count() < 9 {
        return Ok(());
    }
    let _: u8 = "x".parse()?;
    std::future::ready(()).await;
    Ok(())
}
