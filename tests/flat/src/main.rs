//! The program, for its command line.

use flat as _;

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
