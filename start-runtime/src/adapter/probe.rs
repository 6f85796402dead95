//! A type as a value, so that generated code can ask what is to be done with it.

use std::marker::PhantomData;

/// Stands for a type, so that its kind can be asked for.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    pub const NEW: Self = Self(PhantomData);

    pub fn of(_: &T) -> Self {
        Self::NEW
    }
}

/// The type of what an async handler gives; the closure is never called.
pub fn async_output<F: FnOnce() -> R, R: Future>(_: F) -> Probe<R::Output> {
    Probe::NEW
}

/// The type of what a handler gives; the closure is never called.
pub fn output<F: FnOnce() -> R, R>(_: F) -> Probe<R> {
    Probe::NEW
}

/// A value of any type, in code that only type inference looks at.
pub fn any<T>() -> T {
    unreachable!("only the type of this call is used")
}
