//! A program with every form of route and type that clients in TypeScript meet. `documents` adds its own.

use documents as _;

mod routes;
mod shapes;
mod values;

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
