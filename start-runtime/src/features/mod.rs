//! Capabilities: each has one folder and one cargo feature, and none names another.
//!
//! To delete a capability, delete its folder, its `mod` line here, its line in `run/capabilities.rs`, its `pub use` in
//! `lib.rs`, and its feature in Cargo.toml. No other code knows it.

#[cfg(feature = "docs")]
pub mod docs;
#[cfg(feature = "garde")]
pub mod garde;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
