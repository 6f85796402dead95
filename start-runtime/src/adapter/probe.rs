//! A type as a value, so that generated code can choose by it.

use std::marker::PhantomData;

/// Stands for a type, so that generated code can ask for its kind.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    pub const NEW: Self = Self(PhantomData);
}
