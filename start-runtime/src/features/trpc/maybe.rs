//! `undefined` beside a value.

use super::deferred::produce;
use crate::kernel::Produced;
use crate::response::Problem;
use serde::Serialize;

/// What a procedure returns if it may return `undefined`, which `None` is not: that is `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Maybe<T> {
    /// `undefined`: the answer has no data.
    #[default]
    Undefined,
    /// A value.
    Value(T),
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Undefined, Self::Value)
    }
}

impl<T: Serialize> Maybe<T> {
    pub(super) fn produce(&self) -> Result<Produced, Problem> {
        match self {
            Self::Undefined => Ok(Produced::Undefined),
            Self::Value(value) => Ok(produce(value)?.into()),
        }
    }
}
