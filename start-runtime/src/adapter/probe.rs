//! A type as a value, so that generated code can choose by it.

use std::marker::PhantomData;

/// Stands for a type, so that generated code can ask for its kind.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    pub const NEW: Self = Self(PhantomData);

    pub fn of(_: &T) -> Self {
        Self::NEW
    }
}

/// The type that an async handler returns; the closure is never called.
pub fn async_output<F: FnOnce() -> R, R: Future>(_: F) -> Probe<R::Output> {
    Probe::NEW
}

/// The type that a handler returns; the closure is never called.
pub fn output<F: FnOnce() -> R, R>(_: F) -> Probe<R> {
    Probe::NEW
}

/// A value of any type, in code that is only there for type inference and never runs.
pub fn any<T>() -> T {
    unreachable!("only the type of this call is used")
}
