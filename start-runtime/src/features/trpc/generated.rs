//! What generated code names: `__rt::trpc`.

pub use super::input::{Input, input, wrapped_input};
pub use super::run::{Answer, Items, run, run_async};

/// The traits that choose a value's kind.
pub mod levels {
    pub use crate::features::trpc::argument::ProcedureArgumentLevel as _;
    pub use crate::features::trpc::output::{
        ItemLevel as _, ProducedDocsLevel as _, ProducedLevel as _, ResultLevel as _,
    };
}
