//! Runs a procedure's function: reads its arguments, calls it, and makes what it returned ready to be sent. Generated code
//! chooses the kinds.

use futures_core::Stream;
use futures_util::StreamExt as _;
use serde::Serialize;

use super::deferred::produce;
use super::maybe::Maybe;
use super::output::{
    MaybeKind, NeverItemKind, NoItem, NoItemKind, NoProducedKind, NothingKind, PlainKind, ResultKind, StreamKind,
    TrackedKind, UntrackedKind, ValueKind,
};
use super::tracked::Tracked;
use crate::adapter::{Fail, Invoke, Read, TakeStatus, Text, read_by};
use crate::kernel::{Call, ProcedureFuture, Produced, ProducedItem};
use crate::response::{Outcome, Problem};

/// The kinds of what a procedure returns, put together.
pub struct Answer<S, L, E, K, I> {
    pub split: S,
    pub leaf: L,
    pub error_status: E,
    pub error: K,
    pub items: I,
}

/// The kinds of what a stream yields, put together.
pub struct Items<S, L, E, K> {
    pub split: S,
    pub kind: L,
    pub error_status: E,
    pub error: K,
}

/// Takes a `Result` apart.
pub trait SplitResult<T>: Copy {
    type Value;
    type Error;

    fn split(self, value: T) -> Result<Self::Value, Self::Error>;
}

impl<T, E> SplitResult<Result<T, E>> for ResultKind {
    type Value = T;
    type Error = E;

    fn split(self, value: Result<T, E>) -> Result<T, E> {
        value
    }
}

impl<T> SplitResult<T> for PlainKind {
    type Value = T;
    type Error = std::convert::Infallible;

    fn split(self, value: T) -> Result<T, Self::Error> {
        Ok(value)
    }
}

/// Makes a returned value ready to be sent. `I` makes the items of a stream.
pub trait Produce<T, I> {
    fn produce(self, value: T, items: I, call: &Call) -> Result<Produced, Problem>;
}

/// Makes an item of a stream ready to be sent.
pub trait MakeItem<T> {
    fn make(&self, item: T, call: &Call) -> Result<ProducedItem, Problem>;
}

/// Makes the value of an item ready to be sent.
pub trait ItemValue<T>: Copy {
    fn value(self, item: T, call: &Call) -> Result<ProducedItem, Problem>;
}

impl<I> Produce<(), I> for NothingKind {
    fn produce(self, (): (), _: I, _: &Call) -> Result<Produced, Problem> {
        Ok(Produced::Undefined)
    }
}

impl<T: Serialize, I> Produce<Maybe<T>, I> for MaybeKind {
    fn produce(self, value: Maybe<T>, _: I, call: &Call) -> Result<Produced, Problem> {
        value.produce(call.transformer())
    }
}

impl<T: Serialize, I> Produce<T, I> for ValueKind {
    fn produce(self, value: T, _: I, call: &Call) -> Result<Produced, Problem> {
        Ok(produce(&value, call.transformer())?.into())
    }
}

impl<T, I> Produce<T, I> for StreamKind
where
    T: Stream + 'static,
    I: MakeItem<T::Item> + 'static,
{
    fn produce(self, stream: T, items: I, call: &Call) -> Result<Produced, Problem> {
        let call = call.clone();
        Ok(Produced::stream(stream.map(move |item| items.make(item, &call))))
    }
}

impl<T, I> Produce<T, I> for NoProducedKind {
    fn produce(self, _: T, _: I, _: &Call) -> Result<Produced, Problem> {
        Ok(Produced::Undefined)
    }
}

impl<T, S, L, E, K> MakeItem<T> for Items<S, L, E, K>
where
    S: SplitResult<T>,
    L: ItemValue<S::Value>,
    E: TakeStatus<S::Error> + Copy,
    K: Fail<E::Ordered> + Default,
{
    fn make(&self, item: T, call: &Call) -> Result<ProducedItem, Problem> {
        match self.split.split(item) {
            Ok(value) => self.kind.value(value, call),
            Err(error) => Err(problem(error, self.error_status, K::default(), call)),
        }
    }
}

impl<T: Serialize> ItemValue<Tracked<T>> for TrackedKind {
    fn value(self, Tracked { id, data }: Tracked<T>, call: &Call) -> Result<ProducedItem, Problem> {
        Ok(ProducedItem { id: Some(id), value: produce(&data, call.transformer())?.into() })
    }
}

impl<T: Serialize> ItemValue<T> for UntrackedKind {
    fn value(self, item: T, call: &Call) -> Result<ProducedItem, Problem> {
        Ok(ProducedItem { id: None, value: produce(&item, call.transformer())?.into() })
    }
}

impl ItemValue<NoItem> for NeverItemKind {
    fn value(self, item: NoItem, _: &Call) -> Result<ProducedItem, Problem> {
        match item {}
    }
}

impl<T> ItemValue<T> for NoItemKind {
    fn value(self, _: T, _: &Call) -> Result<ProducedItem, Problem> {
        Ok(ProducedItem { id: None, value: Produced::Undefined })
    }
}

/// The problem of an error: the same as that of a handler's.
fn problem<T, E: TakeStatus<T>, K: Fail<E::Ordered>>(error: T, status: E, kind: K, call: &Call) -> Problem {
    let outcome: Outcome = kind.fail(status.ordered(error), Text::Plain, call);
    outcome.into_problem()
}

impl<S, L, E, K, I> Answer<S, L, E, K, I> {
    fn produce<T>(self, value: T, call: &Call) -> Result<Produced, Problem>
    where
        S: SplitResult<T>,
        L: Produce<S::Value, I>,
        E: TakeStatus<S::Error>,
        K: Fail<E::Ordered>,
    {
        match self.split.split(value) {
            Ok(value) => self.leaf.produce(value, self.items, call),
            Err(error) => Err(problem(error, self.error_status, self.error, call)),
        }
    }
}

/// Answers a call by an async function.
pub fn run_async<R, F, S, L, E, K, I>(
    call: Call,
    mut readers: R,
    function: F,
    answer: Answer<S, L, E, K, I>,
) -> ProcedureFuture
where
    R: Read + 'static,
    F: Invoke<R::Value, Output: Future> + 'static,
    S: SplitResult<<F::Output as Future>::Output> + 'static,
    L: Produce<S::Value, I> + 'static,
    E: TakeStatus<S::Error> + 'static,
    K: Fail<E::Ordered> + 'static,
    I: 'static,
{
    Box::pin(async move {
        let arguments = read_by(&mut readers, &call).await.map_err(Outcome::into_problem)?;
        let value = function.invoke(arguments).await;
        answer.produce(value, &call)
    })
}

/// Answers a call by a function that does not wait.
pub fn run<R, F, S, L, E, K, I>(
    call: Call,
    mut readers: R,
    function: F,
    answer: Answer<S, L, E, K, I>,
) -> ProcedureFuture
where
    R: Read + 'static,
    F: Invoke<R::Value> + 'static,
    S: SplitResult<F::Output> + 'static,
    L: Produce<S::Value, I> + 'static,
    E: TakeStatus<S::Error> + 'static,
    K: Fail<E::Ordered> + 'static,
    I: 'static,
{
    Box::pin(async move {
        let arguments = read_by(&mut readers, &call).await.map_err(Outcome::into_problem)?;
        answer.produce(function.invoke(arguments), &call)
    })
}
