//! `#[trpc::query]`, `#[trpc::mutation]` and `#[trpc::subscription]`: a function becomes a procedure of tRPC.
//!
//! `attribute` walks through an item, `args` reads the attribute, `name` judges names and `registry` compares them,
//! `router` is what `trpc::router!(…)` takes, `check` and
//! `input` decide, `expand` writes the record.
//!
//! Invariant: a procedure has no path, so its arguments are its input and extractors, and nothing else.

mod args;
mod attribute;
mod check;
mod expand;
mod input;
mod kind;
mod name;
mod registry;
mod router;

pub use self::attribute::{attribute, router};
pub use self::kind::Kind;
