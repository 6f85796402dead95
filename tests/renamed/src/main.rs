//! The program of the crate.

use renamed as _;
use web::Start;

#[web::main]
async fn main() -> std::io::Result<()> {
    Start::new().data(3_u32).serve().await
}
