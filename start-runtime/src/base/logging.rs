//! Logs are written with `tracing` to standard error, filtered by `RUST_LOG`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Prints the log unless the program has set up a subscriber of its own. `RUST_LOG` chooses what is printed (default:
/// `info`); `RUST_LOG=warn` silences the line for each request.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    // An error means that the program has its own subscriber, which is fine.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
