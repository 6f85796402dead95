//! The routes of two crates, named in one order; `forward` names them in the other.

use documents as _;

use consumer_routes as _;

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
