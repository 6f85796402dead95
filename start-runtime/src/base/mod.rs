//! Facts of the process: its timeouts, its threads, its log, its panics.
//!
//! The ground floor: nothing here names another room.

pub mod blocking;
pub mod cut;
mod error;
pub mod logging;
pub mod panic;
pub mod timeouts;

pub use error::StartError;
