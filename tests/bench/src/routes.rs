//! The school of the example, and a thousand routes to its students.
//!
//! This is a separate crate, because `Start::only_crates` excludes its routes by name: one binary serves with and
//! without them.

#[allow(missing_docs, reason = "the example's own file")]
#[path = "../../../examples/hogwarts/src/hogwarts.rs"]
pub mod hogwarts;

mod bulk {
    use crate::hogwarts::{self, Student};
    use start_runtime::prelude::*;

    include!(concat!(env!("OUT_DIR"), "/bulk.rs"));
}
