//! Which arguments are found by extractor functions: these are read before all others. The levels, from the top: a
//! `Result` of an `Option`, an `Option` or a `Result`, such a type itself, and every other type.

use std::marker::PhantomData;
use std::ops::Deref;

use super::Probe;
use super::argument::NoArgumentKind;
use super::param::{ParamReader, param_like};
use super::read::Read;
use crate::decode::BadParams;
use crate::describe::{Operation, WantedKind};
use crate::extract::{Extract, FromParam, MayBeAbsent, guard};
use crate::kernel::Call;
use crate::response::{Outcome, Problem};

levels!(guard_kind: GuardLevel);

/// `User`.
pub struct GuardKind<T>(PhantomData<T>);
/// `Option<User>`.
pub struct OptionalGuardKind<T>(PhantomData<T>);
/// `Result<User, E>`: the handler gets the refusal.
pub struct ResultGuardKind<T, E>(PhantomData<(T, E)>);
/// `Result<Option<User>, E>`.
pub struct OptionalResultGuardKind<T, E>(PhantomData<(T, E)>);
/// Any other type.
pub struct NoGuardKind;

macro_rules! guards {
    ($($kind:ident<$($generic:ident),*> [$($bounds:tt)*] $probe:ty;)*) => {$(
        impl<$($bounds)*> GuardLevel for $probe {
            type Kind = $kind<$($generic),*>;
            fn guard_kind(&self) -> Self::Kind {
                $kind(PhantomData)
            }
        }
    )*};
}

guards! {
    OptionalResultGuardKind<T, E> [T: Extract, E] &&&Probe<Result<Option<T>, E>>;
    OptionalGuardKind<T> [T: Extract] &&Probe<Option<T>>;
    ResultGuardKind<T, E> [T: Extract, E] &&Probe<Result<T, E>>;
    GuardKind<T> [T: Extract] &Probe<T>;
}

impl<T> GuardLevel for Probe<T> {
    type Kind = NoGuardKind;
    fn guard_kind(&self) -> NoGuardKind {
        NoGuardKind
    }
}

/// A value that is found before all others are read.
pub trait Early {
    type Value;

    fn find(call: &Call) -> impl Future<Output = Result<Self::Value, Outcome>>;
}

/// Reads such a value.
pub struct EarlyReader<K: Early>(Option<K::Value>);

impl<K: Early> Read for EarlyReader<K> {
    type Value = K::Value;

    async fn early(&mut self, call: &Call) -> Result<(), Outcome> {
        self.0 = Some(K::find(call).await?);
        Ok(())
    }

    async fn read(&mut self, _: &Call, _: &mut BadParams) -> Result<Option<K::Value>, Outcome> {
        Ok(self.0.take())
    }
}

/// Each kind has its reader in place of the one for other arguments, and documents its value (`false`: it is documented
/// as any other).
impl<T: Extract> GuardKind<T> {
    pub fn over<R>(self, _: R) -> EarlyReader<Self> {
        EarlyReader(None)
    }
    pub fn describe(self, docs: &mut Operation<'_>) -> bool {
        guard::document::<T>(docs, false);
        true
    }
}

impl<T: Extract> Early for GuardKind<T> {
    type Value = T;

    async fn find(call: &Call) -> Result<T, Outcome> {
        guard::required(call).await
    }
}

impl<T: Extract> OptionalGuardKind<T> {
    pub fn over<R>(self, _: R) -> EarlyReader<Self>
    where
        T: MayBeAbsent,
    {
        EarlyReader(None)
    }
    pub fn describe(self, docs: &mut Operation<'_>) -> bool {
        guard::document::<T>(docs, true);
        true
    }
}

impl<T: Extract> Early for OptionalGuardKind<T> {
    type Value = Option<T>;

    async fn find(call: &Call) -> Result<Option<T>, Outcome> {
        guard::optional(call).await
    }
}

impl<T: Extract, E> ResultGuardKind<T, E> {
    pub fn over<R>(self, _: R) -> EarlyReader<Self>
    where
        Problem: Into<E>,
    {
        EarlyReader(None)
    }
    pub fn describe(self, docs: &mut Operation<'_>) -> bool {
        docs.not_refused(|docs| guard::document::<T>(docs, true));
        true
    }
}

impl<T: Extract, E> Early for ResultGuardKind<T, E>
where
    Problem: Into<E>,
{
    type Value = Result<T, E>;

    async fn find(call: &Call) -> Result<Result<T, E>, Outcome> {
        Ok(guard::required(call).await.map_err(|outcome| outcome.into_problem().into()))
    }
}

impl<T: Extract, E> OptionalResultGuardKind<T, E> {
    pub fn over<R>(self, _: R) -> EarlyReader<Self>
    where
        T: MayBeAbsent,
        Problem: Into<E>,
    {
        EarlyReader(None)
    }
    pub fn describe(self, docs: &mut Operation<'_>) -> bool {
        docs.not_refused(|docs| guard::document::<T>(docs, true));
        true
    }
}

impl<T: Extract, E> Early for OptionalResultGuardKind<T, E>
where
    Problem: Into<E>,
{
    type Value = Result<Option<T>, E>;

    async fn find(call: &Call) -> Result<Result<Option<T>, E>, Outcome> {
        Ok(guard::optional(call).await.map_err(|outcome| outcome.into_problem().into()))
    }
}

impl NoGuardKind {
    pub fn over<R>(self, reader: R) -> R {
        reader
    }
    pub fn describe(self, _: &mut Operation<'_>) -> bool {
        false
    }
}

/// In the arguments of an extractor function: a type with `FromStr` that is no extractor is a parameter of the path.
pub trait ParamArgument {
    type Kind;
    fn argument_kind(&self) -> Self::Kind;
}

/// What is no parameter either. It stands behind a `Deref`, below all other levels.
pub trait NoParamArgument {
    type Kind;
    fn argument_kind(&self) -> Self::Kind;
}

/// The end of a probe's ladder.
pub struct LastProbe<T>(PhantomData<fn() -> T>);

impl<T> Deref for Probe<T> {
    type Target = LastProbe<T>;

    fn deref(&self) -> &LastProbe<T> {
        const { &LastProbe(PhantomData) }
    }
}

/// A parameter of the path, by the name of the argument.
pub struct LikeParamKind;

impl<T: FromParam> ParamArgument for Probe<T> {
    type Kind = LikeParamKind;
    fn argument_kind(&self) -> LikeParamKind {
        LikeParamKind
    }
}

impl<T> NoParamArgument for LastProbe<T> {
    type Kind = NoArgumentKind;
    fn argument_kind(&self) -> NoArgumentKind {
        NoArgumentKind
    }
}

impl LikeParamKind {
    pub fn reader<T: FromParam>(self, name: &'static str) -> ParamReader<T> {
        param_like(name)
    }
}

/// The docs of such an argument.
pub trait ParamArgumentDocs {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str);
}

/// The docs of what is no parameter either.
pub trait NoParamArgumentDocs {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str);
}

impl<T: FromParam> ParamArgumentDocs for Probe<T> {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.wants_param(name, WantedKind::One);
    }
}

impl<T> NoParamArgumentDocs for LastProbe<T> {
    fn describe_argument(&self, _: &mut Operation<'_>, _: &'static str) {}
}

levels!(share_kind: ShareLevel);

/// A value that can be copied.
pub struct CloneKind;
/// A value that cannot.
pub struct NoShareKind;

impl<T: Clone> ShareLevel for &Probe<T> {
    type Kind = CloneKind;
    fn share_kind(&self) -> CloneKind {
        CloneKind
    }
}

impl<T> ShareLevel for Probe<T> {
    type Kind = NoShareKind;
    fn share_kind(&self) -> NoShareKind {
        NoShareKind
    }
}

impl CloneKind {
    pub fn share<T: Clone>(self, value: &T) -> Option<T> {
        Some(value.clone())
    }
}

impl NoShareKind {
    pub fn share<T>(self, _: &T) -> Option<T> {
        None
    }
}
