//! Facts of the process: its timeouts, its threads, its log, its panics.
//!
//! The ground floor: nothing here names another room.

pub mod blocking;
pub mod cut;
mod error;
#[allow(dead_code, reason = "capabilities have streams")]
pub mod idle;
pub mod logging;
pub mod panic;
pub mod timeouts;

pub use error::StartError;
