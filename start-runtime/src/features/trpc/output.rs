//! The kinds of what a procedure returns: whether it is a `Result`, and what the value is: nothing, a stream, or a value
//! that is sent as JSON; and the same for what a stream yields. The lowest levels exist to report a readable error.

use std::convert::Infallible;

use futures_core::Stream;
use schemars::JsonSchema;
use serde::Serialize;

use super::maybe::Maybe;
use super::tracked::Tracked;
use crate::adapter::Probe;
use crate::describe::{Operation, ProducedShape};

/// Whether a value is a `Result`.
pub trait ResultLevel {
    type Kind;
    fn result_kind(&self) -> Self::Kind;
}

/// What a value is.
pub trait ProducedLevel {
    type Kind;
    fn produced_kind(&self) -> Self::Kind;
}

/// What a stream yields.
pub trait ItemLevel {
    type Kind;
    fn item_kind(&self) -> Self::Kind;
}

/// What the schema of a value is.
pub trait ProducedDocsLevel {
    fn describe_produced(&self, docs: &mut Operation<'_>);
}

/// A `Result`.
#[derive(Clone, Copy, Default)]
pub struct ResultKind;
/// Any other type.
#[derive(Clone, Copy, Default)]
pub struct PlainKind;
/// `()`.
#[derive(Clone, Copy, Default)]
pub struct NothingKind;
/// A value or `undefined`.
#[derive(Clone, Copy, Default)]
pub struct MaybeKind;
/// A stream.
#[derive(Clone, Copy, Default)]
pub struct StreamKind;
/// A value that is sent as JSON.
#[derive(Clone, Copy, Default)]
pub struct ValueKind;
/// A type that a procedure cannot return.
#[derive(Clone, Copy, Default)]
pub struct NoProducedKind;
/// A value with an id.
#[derive(Clone, Copy, Default)]
pub struct TrackedKind;
/// A value without one.
#[derive(Clone, Copy, Default)]
pub struct UntrackedKind;
/// A type that a stream cannot yield.
#[derive(Clone, Copy, Default)]
pub struct NoItemKind;
/// What is yielded by what is no stream.
pub enum NoItem {}
/// Its kind.
#[derive(Clone, Copy, Default)]
pub struct NeverItemKind;

macro_rules! level {
    ($level:ident $method:ident: $([$($generics:tt)*] $probe:ty => $kind:ident;)*) => {$(
        impl<$($generics)*> $level for $probe {
            type Kind = $kind;
            fn $method(&self) -> $kind {
                $kind
            }
        }
    )*};
}

level! { ResultLevel result_kind:
    [T, E] &Probe<Result<T, E>> => ResultKind;
    [T] Probe<T> => PlainKind;
}

level! { ProducedLevel produced_kind:
    [] &&&Probe<()> => NothingKind;
    [T: Serialize] &&&Probe<Maybe<T>> => MaybeKind;
    [T: Stream] &&Probe<T> => StreamKind;
    [T: Serialize] &Probe<T> => ValueKind;
    [T] Probe<T> => NoProducedKind;
}

level! { ItemLevel item_kind:
    [] &&Probe<NoItem> => NeverItemKind;
    [T: Serialize] &&Probe<Tracked<T>> => TrackedKind;
    [T: Serialize] &Probe<T> => UntrackedKind;
    [T] Probe<T> => NoItemKind;
}

/// The types of a `Result`, and of any other value.
impl ResultKind {
    pub fn value<T, E>(self, _: &Probe<Result<T, E>>) -> Probe<T> {
        Probe::NEW
    }
    pub fn error<T, E>(self, _: &Probe<Result<T, E>>) -> Probe<E> {
        Probe::NEW
    }
}

impl PlainKind {
    pub fn value<T>(self, _: &Probe<T>) -> Probe<T> {
        Probe::NEW
    }
    pub fn error<T>(self, _: &Probe<T>) -> Probe<Infallible> {
        Probe::NEW
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a procedure",
    label = "it does not implement `serde::Serialize`, and is no stream",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`, or return a `Stream` of values, or a `Result` of one of them",
    note = "if it is a future: write `async fn`, or `.await` it"
)]
pub trait ProcedureOutput {}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "a subscription cannot return `{Self}`",
    label = "not a stream",
    note = "return `impl Stream<Item = T>`, where `T` is a value, a `trpc::Tracked` one, or a `Result` of one of them; or a `Result` of such a stream",
    note = "for one value, write `#[trpc::query]`"
)]
pub trait SubscriptionStream {}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "a stream of `{Self}` cannot be sent",
    label = "`{Self}` does not implement `serde::Serialize`",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`"
)]
pub trait StreamItem {}

macro_rules! any_value {
    ($($kind:ident)*) => {$(
        impl $kind {
            pub fn checked<T>(self, _: &Probe<T>) -> Self {
                self
            }
        }
    )*};
}
any_value!(NothingKind MaybeKind StreamKind ValueKind NeverItemKind TrackedKind UntrackedKind);

macro_rules! no_stream {
    ($($kind:ident)*) => {$(
        impl $kind {
            pub fn checked_stream<T: SubscriptionStream>(self, _: &Probe<T>) -> Self {
                self
            }
            pub fn item<T>(self, _: &Probe<T>) -> Probe<NoItem> {
                Probe::NEW
            }
        }
    )*};
}
no_stream!(NothingKind MaybeKind ValueKind NoProducedKind);

impl NoProducedKind {
    pub fn checked<T: ProcedureOutput>(self, _: &Probe<T>) -> Self {
        self
    }
}

impl StreamKind {
    pub fn checked_stream<T>(self, _: &Probe<T>) -> Self {
        self
    }
    pub fn item<T: Stream>(self, _: &Probe<T>) -> Probe<T::Item> {
        Probe::NEW
    }
}

impl NoItemKind {
    pub fn checked<T: StreamItem>(self, _: &Probe<T>) -> Self {
        self
    }
}

macro_rules! describe {
    ($($kind:ident $shape:expr;)*) => {$(
        impl $kind {
            pub fn describe(self, docs: &mut Operation<'_>) {
                let shape: Option<ProducedShape> = $shape;
                shape.into_iter().for_each(|shape| docs.produces(shape));
            }
        }
    )*};
}
describe! {
    NothingKind Some(ProducedShape::Nothing);
    MaybeKind Some(ProducedShape::MaybeValue);
    StreamKind Some(ProducedShape::Stream);
    ValueKind Some(ProducedShape::Value);
    NoProducedKind None;
    NeverItemKind None;
    TrackedKind Some(ProducedShape::TrackedStream);
    UntrackedKind None;
    NoItemKind None;
}

impl<T: Serialize + JsonSchema> ProducedDocsLevel for &Probe<Maybe<T>> {
    fn describe_produced(&self, docs: &mut Operation<'_>) {
        docs.produced_type::<T>();
    }
}

impl<T: Serialize + JsonSchema> ProducedDocsLevel for &Probe<Tracked<T>> {
    fn describe_produced(&self, docs: &mut Operation<'_>) {
        docs.produced_type::<T>();
    }
}

impl<T: Serialize + JsonSchema> ProducedDocsLevel for &Probe<T> {
    fn describe_produced(&self, docs: &mut Operation<'_>) {
        docs.produced_type::<T>();
    }
}

impl<T> ProducedDocsLevel for Probe<T> {
    fn describe_produced(&self, _: &mut Operation<'_>) {}
}
