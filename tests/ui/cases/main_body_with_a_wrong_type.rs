#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    42
}
