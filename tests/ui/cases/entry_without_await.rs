use start_runtime::prelude::*;

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().serve()
}
