//! Runs a user's function: reads its arguments, calls it, and answers with what it returns. Generated code chooses the
//! kinds; the work stands here, so that rustc checks it once and not for each handler.

use super::Probe;
use super::answer::{Answer, Fail, Respond, SplitValue, TakeStatus, Text};
use super::read::{Invoke, Read, read_by};
use crate::kernel::{Call, HandlerFuture};
use crate::response::Outcome;

/// The type that an async handler returns.
pub fn async_output<R, F>(_: &R, _: &F) -> Probe<<F::Output as Future>::Output>
where
    R: Read,
    F: Invoke<R::Value, Output: Future>,
{
    Probe::NEW
}

/// The type that a handler returns.
pub fn output<R, F>(_: &R, _: &F) -> Probe<F::Output>
where
    R: Read,
    F: Invoke<R::Value>,
{
    Probe::NEW
}

/// Answers a call by an async function.
pub fn run_async<R, F, S, V, L, E, K>(
    call: Call,
    mut readers: R,
    function: F,
    answer: Answer<S, V, L, E, K>,
) -> HandlerFuture
where
    R: Read + 'static,
    F: Invoke<R::Value, Output: Future> + 'static,
    S: SplitValue<<F::Output as Future>::Output> + 'static,
    V: TakeStatus<S::Value> + 'static,
    L: Respond<V::Value> + 'static,
    E: TakeStatus<S::Error> + 'static,
    K: Fail<E::Ordered> + 'static,
{
    Box::pin(async move {
        match read_by(&mut readers, &call).await {
            Ok(arguments) => {
                let value = function.invoke(arguments).await;
                answer.outcome(value, &call)
            }
            Err(refusal) => refusal,
        }
    })
}

/// Answers a call by a function that does not wait.
pub fn run<R, F, S, V, L, E, K>(call: Call, mut readers: R, function: F, answer: Answer<S, V, L, E, K>) -> HandlerFuture
where
    R: Read + 'static,
    F: Invoke<R::Value> + 'static,
    S: SplitValue<F::Output> + 'static,
    V: TakeStatus<S::Value> + 'static,
    L: Respond<V::Value> + 'static,
    E: TakeStatus<S::Error> + 'static,
    K: Fail<E::Ordered> + 'static,
{
    Box::pin(async move {
        match read_by(&mut readers, &call).await {
            Ok(arguments) => answer.outcome(function.invoke(arguments), &call),
            Err(refusal) => refusal,
        }
    })
}

/// Calls a function with what its readers have read.
pub fn invoke<F: Invoke<A>, A>(function: F, arguments: A) -> F::Output {
    function.invoke(arguments)
}

/// What an error of an extractor function is answered with: the same as one of a handler.
pub fn refuse<T, E: TakeStatus<T>, K: Fail<E::Ordered>>(error: T, status: E, kind: K, call: &Call) -> Outcome {
    kind.fail(status.ordered(error), Text::Plain, call)
}
