//! Constraints: if an argument's type implements `garde::Validate`, the value is checked after it is read, and the docs
//! show the constraints in its schema.
//!
//! An `Option` of such an argument is `None` if the value breaks a rule, as if it could not be read, and a `Result` is the
//! problem.

mod report;
mod sent;

use garde::Validate;
use schemars::JsonSchema;

use crate::adapter::{ArgumentDocsLevel, ArgumentLevel, Probe, Read, Reader};
use crate::decode::BadParams;
use crate::describe::Operation;
use crate::extract::{OwnExtractor, Wraps};
use crate::kernel::{Call, Capability};
use crate::response::{Outcome, Problem};
pub use report::validate;
use report::{body_problem, params_problem};
use sent::SentNames;

pub const CAPABILITY: Capability = Capability::TYPES_ONLY;

/// A wrapper whose value is checked.
pub struct CheckedKind;
/// An `Option` or a `Result` of such a wrapper.
pub struct OptionalCheckedKind;

impl<W> ArgumentLevel for &&&&&Probe<W>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
{
    type Kind = CheckedKind;
    fn argument_kind(&self) -> CheckedKind {
        CheckedKind
    }
}

impl<W> ArgumentLevel for &&&&&Probe<Option<W>>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
{
    type Kind = OptionalCheckedKind;
    fn argument_kind(&self) -> OptionalCheckedKind {
        OptionalCheckedKind
    }
}

impl<W, E> ArgumentLevel for &&&&&Probe<Result<W, E>>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
    Problem: Into<E>,
{
    type Kind = OptionalCheckedKind;
    fn argument_kind(&self) -> OptionalCheckedKind {
        OptionalCheckedKind
    }
}

impl<W> ArgumentDocsLevel for &&&&&Probe<W>
where
    W: Wraps<Value: Validate + JsonSchema> + OwnExtractor,
{
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.constrained();
        W::describe(docs, name);
    }
}

impl CheckedKind {
    pub fn reader<W>(self, name: &'static str) -> Reader<Self, W>
    where
        W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
    {
        Reader::named(name)
    }
}

impl<W> Read for Reader<CheckedKind, W>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
{
    type Value = W;

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<W>, Outcome> {
        Ok(extract_checked(call, self.name, bad).await?)
    }
}

impl OptionalCheckedKind {
    pub fn reader<O: MaybeChecked>(self, name: &'static str) -> Reader<Self, O> {
        Reader::named(name)
    }
}

impl<O: MaybeChecked> Read for Reader<OptionalCheckedKind, O> {
    type Value = O;

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<O>, Outcome> {
        bad.check()?;
        Ok(Some(O::maybe_checked(call, self.name).await))
    }
}

/// An `Option` or a `Result` of a wrapper whose value is checked.
pub trait MaybeChecked: Sized {
    fn maybe_checked(call: &Call, name: &'static str) -> impl Future<Output = Self>;
}

impl<W> MaybeChecked for Option<W>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
{
    async fn maybe_checked(call: &Call, name: &'static str) -> Self {
        extract_checked(call, name, &mut BadParams::new()).await.ok().flatten()
    }
}

impl<W, E> MaybeChecked for Result<W, E>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
    Problem: Into<E>,
{
    async fn maybe_checked(call: &Call, name: &'static str) -> Self {
        let mut bad = BadParams::new();
        let read = extract_checked(call, name, &mut bad).await;
        read.and_then(|value| value.ok_or_else(|| bad.into_problem())).map_err(Into::into)
    }
}

/// Reads a wrapper, then checks its value.
async fn extract_checked<W>(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<W>, Problem>
where
    W: Wraps<Value: Validate<Context: Default>> + OwnExtractor,
{
    let Some((wrapper, body)) = W::own_extract_with_body(call, name, bad).await? else { return Ok(None) };
    bad.check()?;
    let Err(report) = wrapper.value().validate() else { return Ok(Some(wrapper)) };
    Err(match W::CARRIER.place() {
        Some(place) => params_problem(&report, place, name, &SentNames::of(call, place, &body)),
        None => body_problem(&report, serde_json::from_slice(&body).ok().as_ref()),
    })
}
