#[start_runtime::main]
fn main() -> std::io::Result<()> {
    start_runtime::run()
}
