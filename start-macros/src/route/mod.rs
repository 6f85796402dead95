//! `#[api_route]`, `#[page_route]`, `#[ws_route]` and `routes!`: a function becomes a record with a path.
//!
//! `attribute` walks through an item. `args` reads the attribute, `scope` adds what the modules around
//! it say. `check` decides, with `methods`, `path`, `params` and `socket` for the parts; `registry` finds
//! duplicates; `expand` writes the code. `files` is the other way to a path: a file's place in a folder, which
//! `naming` reads.
//!
//! Invariants: everything that a record of another kind would need as well stands outside this
//! folder. The user's item comes out of its attribute untouched, even beside an error. Every mistake
//! of an item is reported, not just the first.

mod args;
mod attribute;
mod check;
mod expand;
mod exports;
mod files;
mod kind;
mod methods;
mod naming;
mod params;
mod path;
mod procedures;
mod rate;
mod registry;
mod scope;
mod socket;
mod unrouted;

pub use self::attribute::attribute;
pub use self::files::routes;
pub use self::kind::Kind;
