//! Capabilities: one folder is one capability is one cargo feature, and none names another.
//!
//! To delete one, delete its folder, its `mod` line here, its line in `run/capabilities.rs`, its `pub use` in `lib.rs`,
//! and its feature in Cargo.toml. Nothing else knows it.

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
