//! `#[extractor]`: a function becomes the way in which a type is read from a request, and a guard; and `guard!`, which
//! puts one before the routes of a file.
//!
//! `args` reads the attribute, `returns` finds out what the function finds, `check` decides, `expand` writes the code.
//!
//! Invariants: the user's function comes out untouched, also beside an error. The one name that is added to the user's
//! module is that of the function itself, as a type: `guard = …` names it.

mod args;
mod attribute;
mod check;
mod expand;
mod returns;

pub use self::attribute::{attribute, guard};
