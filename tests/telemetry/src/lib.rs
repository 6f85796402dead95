//! The guide's page about metrics, compiled as doc tests in this crate because only here its features are enabled.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/src/observability.md")]
mod observability {}
