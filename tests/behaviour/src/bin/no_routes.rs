//! A program into which no route is linked.

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
