//! What users name: `start_runtime::trpc`.

pub use super::code::{Code, UnknownCode};
pub use super::connection_params::ConnectionParams;
pub use super::deferred::{Deferred, Streamed};
pub use super::error::Error;
pub use super::handle::fetch_request_handler;
pub use super::input::Input;
pub use super::maybe::Maybe;
pub use super::octets::OctetStream;
pub use super::router::{DEFAULT_MAX_BATCH_SIZE, DEFAULT_PING, ErrorFormat, Router};
pub use super::tracked::{Tracked, tracked};
