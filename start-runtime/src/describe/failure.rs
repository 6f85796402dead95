//! A problem whose statuses are documented.

use std::fmt;
use std::marker::PhantomData;

use super::operation::{Documented, Operation};
use crate::response::Problem;

/// A [`Problem`] as the error of a handler, documented by `D`: which statuses it has, and when they are sent.
///
/// `?` works on everything that it works on in a function that returns `Result<_, Problem>`: on problems, and on any
/// error, which becomes a 500. To document the statuses of one route only, `responses(404 = "…")` in its attribute is
/// shorter.
///
/// ```
/// use start_runtime::openapi::{Documented, Failure, Operation};
/// use start_runtime::prelude::*;
///
/// /// What can go wrong with a book.
/// struct BookErrors;
///
/// impl Documented for BookErrors {
///     fn document(operation: &mut Operation<'_>) {
///         operation.response(404, "There is no such book").problem();
///         operation.response(409, "The book is lent").problem();
///     }
/// }
///
/// #[api_route("/books/[id]/pages")]
/// async fn GET(id: u32) -> Result<u32, Failure<BookErrors>> {
///     if id == 0 {
///         Err(Problem::not_found("there is no book 0"))?;
///     }
///     Ok("394".parse::<u32>()?)
/// }
/// # fn main() {}
/// ```
pub struct Failure<D>(Problem, PhantomData<fn() -> D>);

impl<D> Failure<D> {
    /// The problem.
    pub fn into_problem(self) -> Problem {
        self.0
    }
}

impl<E: Into<Problem>, D> From<E> for Failure<D> {
    fn from(error: E) -> Self {
        Self(error.into(), PhantomData)
    }
}

impl<D: Documented> Documented for Failure<D> {
    fn document(operation: &mut Operation<'_>) {
        D::document(operation);
    }
}

impl<D> fmt::Debug for Failure<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
