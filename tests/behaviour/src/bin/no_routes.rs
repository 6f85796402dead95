//! A program that links no route.

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
