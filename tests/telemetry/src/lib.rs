//! The guide's page about metrics, compiled as doc tests: here, because its features are on only here.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/src/observability.md")]
mod observability {}
