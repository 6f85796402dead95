use start_runtime::prelude::*;

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().bind(("0.0.0.0", 8080)).serve().await
}
