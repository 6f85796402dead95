use start_runtime::actix_web::middleware::Logger;
use start_runtime::prelude::*;

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().wrap(Logger::default()).serve().await
}
