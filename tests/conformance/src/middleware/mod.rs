//! Middleware and guards.

mod guards;
pub mod order;
