//! Extractor functions: a function with `#[extractor]` is how a type is read from a request, and a guard.
//!
//! A request asks each function once: what a guard has found is handed to the argument that asks for it, and a value
//! that is `Clone` to all that do.

use std::rc::Rc;

use crate::decode::BadParams;
use crate::describe::{GuardDocs, Operation, Origin, Scheme, challenge, unauthorized};
use crate::kernel::{Call, CalledProcedure, CheckFuture, Declaration, Found, Given, GuardRecord};
use crate::response::{Outcome, Problem};

use super::OwnExtractor;

/// A type that a function with `#[extractor]` finds. Only the attribute implements it.
pub trait Extract: Sized + 'static {
    /// Where and how the function was written.
    const DECLARATION: Declaration;
    /// Whether the function may find nothing without refusing: it returns an `Option`.
    const MAY_FIND_NOTHING: bool;

    /// Reads the function's arguments and calls it.
    fn run(call: &Call) -> impl Future<Output = Result<Option<Self>, Outcome>>;

    /// A copy of the value, if the type is `Clone`.
    fn share(&self) -> Option<Self>;

    /// The schemes that it accepts.
    fn schemes() -> Vec<Scheme>;

    /// Documents its arguments, its error, and what its attribute says of statuses.
    fn describe(operation: &mut Operation<'_>);
}

/// A type of which an extractor function says what it means that a request has none.
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be an argument: nothing says when a request has no `{Self}`",
    label = "`None` would hide a bad credential, and an error of the program",
    note = "let the function with `#[extractor]` return `Result<Option<{Self}>, E>`, where `Ok(None)` is none",
    note = "or say in its attribute where the credential is: `#[extractor(security = bearer(\"token\"))]`; a request without it has none"
)]
pub trait MayBeAbsent: Extract {}

/// What `guard = …` names: the type beside a function with `#[extractor]` that has its name.
#[diagnostic::on_unimplemented(
    message = "this is not a guard",
    label = "not a function with `#[extractor]`",
    note = "write the name of a function, not of the type that it returns, and `#[start_runtime::extractor]` above the function"
)]
pub trait Guard {
    const RECORD: GuardRecord;
}

/// In the place of a guard that is only a function.
pub enum NotAGuard {}

impl<T: Extract> OwnExtractor for T {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        required(call).await.map(Some).map_err(Outcome::into_problem)
    }
}

/// The record of a function.
pub const fn guard_record<T: Extract>() -> GuardRecord {
    GuardRecord {
        declaration: T::DECLARATION,
        check: check::<T>,
        describe: |operation| document::<T>(operation, false),
    }
}

/// Runs a function as a guard, and keeps what it finds.
fn check<T: Extract>(call: Call) -> CheckFuture {
    Box::pin(async move {
        if call.exchange().found.borrow().any(|kept: &Kept<T>| kept.is_for(&call)) {
            return Ok(());
        }
        let scope = Scope::of(&call);
        let value = required::<T>(&call).await?;
        let mut found = call.exchange().found.borrow_mut();
        if !found.any(|kept: &Kept<T>| kept.is_for(&call)) {
            found.keep(Kept { value: Some(value), only: scope.end(&call) });
        }
        Ok(())
    })
}

/// What a function has found for a request.
struct Kept<T> {
    /// `None` if there is nothing.
    value: Option<T>,
    /// The call of a procedure that it holds for; `None` if it holds for the whole request.
    only: Option<Rc<CalledProcedure>>,
}

impl<T> Kept<T> {
    fn is_for(&self, call: &Call) -> bool {
        self.only.as_ref().is_none_or(|only| call.called().is_some_and(|called| Rc::ptr_eq(only, called)))
    }
}

/// The time in which a function runs: who asks in it for the procedure finds something for this call alone.
struct Scope {
    asked: Option<u32>,
}

impl Scope {
    fn of(call: &Call) -> Self {
        Self { asked: call.called().map(|called| called.asked()) }
    }

    fn end(&self, call: &Call) -> Option<Rc<CalledProcedure>> {
        call.called().filter(|called| Some(called.asked()) != self.asked).cloned()
    }
}

/// The value, or the refusal.
pub async fn required<T: Extract>(call: &Call) -> Result<T, Outcome> {
    let value = find::<T>(call).await?;
    value.ok_or_else(|| Outcome::Problem(unauthorized(&T::schemes(), call.http())))
}

/// The value if there is one. What is there and bad is refused.
pub async fn optional<T: Extract>(call: &Call) -> Result<Option<T>, Outcome> {
    if let Some(known) = known(call) {
        return Ok(known);
    }
    if !T::MAY_FIND_NOTHING && T::schemes().iter().all(|scheme| scheme.is_absent(call.http())) {
        return Ok(None);
    }
    find(call).await
}

/// What is known without asking the function.
fn known<T: Extract>(call: &Call) -> Option<Option<T>> {
    if let Some(value) = Given::of::<T>(call.http()) {
        return Some(Some(value));
    }
    let mut found = call.exchange().found.borrow_mut();
    let Kept { value, only } = found.take_if(|kept: &Kept<T>| kept.is_for(call))?;
    keep(&mut found, value.as_ref(), only);
    Some(value)
}

async fn find<T: Extract>(call: &Call) -> Result<Option<T>, Outcome> {
    if let Some(known) = known(call) {
        return Ok(known);
    }
    let scope = Scope::of(call);
    let value = T::run(call).await.map_err(|refusal| match refusal {
        Outcome::Problem(problem) => Outcome::Problem(challenge(problem, &T::schemes())),
        other => other,
    })?;
    if value.is_none() {
        let schemes = T::schemes();
        // A credential that the client has put there, and that the function found nobody for, is a bad one.
        if schemes.iter().any(|scheme| scheme.is_sent_on_purpose(call.http())) {
            return Err(Outcome::Problem(unauthorized(&schemes, call.http())));
        }
    }
    keep(&mut call.exchange().found.borrow_mut(), value.as_ref(), scope.end(call));
    Ok(value)
}

/// Keeps a copy for the next that asks, if there can be one.
fn keep<T: Extract>(found: &mut Found, value: Option<&T>, only: Option<Rc<CalledProcedure>>) {
    let copy = match value {
        None => Some(None),
        Some(value) => value.share().map(Some),
    };
    if let Some(value) = copy {
        found.keep(Kept { value, only });
    }
}

/// Documents a function where an argument or a guard asks for it.
pub fn document<T: Extract>(operation: &mut Operation<'_>, optional: bool) {
    let Declaration { function, file, line, .. } = T::DECLARATION;
    let docs = GuardDocs {
        origin: Origin { function, file, line },
        schemes: T::schemes(),
        may_find_nothing: T::MAY_FIND_NOTHING,
        describe: T::describe,
    };
    operation.guarded(&docs, optional);
}
