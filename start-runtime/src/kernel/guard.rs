//! Guards: what has to let a request in before its handler runs.

use std::pin::Pin;

use super::call::Call;
use super::record::Declaration;
use crate::describe::Operation;
use crate::response::Outcome;

/// The future of a check: `Err` is the answer to who is not let in.
pub type CheckFuture = Pin<Box<dyn Future<Output = Result<(), Outcome>>>>;

/// A function with `#[extractor]`, as a check.
#[derive(Clone, Copy)]
pub struct GuardRecord {
    pub declaration: Declaration,
    pub check: fn(Call) -> CheckFuture,
    pub describe: fn(&mut Operation<'_>),
}
