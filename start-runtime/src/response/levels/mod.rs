//! How a returned value becomes an answer, without a trait that users implement.
//!
//! The generated code asks a `Probe` of the value's type for its kind. Method look-up tries the impl
//! for the most references first, so the impls below are ranked, most specific at the top; each kind
//! is an empty type whose method does the work. Only in concrete code can this choose, which is why
//! the macro writes the calls out at each handler.

#[macro_use]
mod kinds;
mod describe;
mod error;
mod leaf;
mod split;
mod status;

use std::marker::PhantomData;

pub use super::outcome::Split;
pub use describe::{
    DescribeErrorFirst, DescribeErrorLast, DescribeErrorSecond, DescribeErrorThird, DescribeFifth, DescribeFirst,
    DescribeFourth, DescribeLast, DescribeSecond, DescribeSixth, DescribeThird,
};
pub use error::{ErrorFirst, ErrorFourth, ErrorLast, ErrorSecond, ErrorThird};
pub use leaf::{LeafFirst, LeafLast, LeafSecond, LeafThird, Text};
pub use split::{SplitFirst, SplitLast, SplitSecond};
pub use status::{StatusFirst, StatusLast, StatusSecond};

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
