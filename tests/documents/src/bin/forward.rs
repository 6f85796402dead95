//! The routes of two crates, named in one order; `backward` names them in the other.

use consumer_routes as _;
use documents as _;

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
