//! A program, before `grown_after` adds routes and types to it.

#[path = "../grown.rs"]
mod first;

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
