//! Step 1: unwrap `Result` and `Option`.

use std::convert::Infallible;

use super::outcome::SplitValue;
use crate::adapter::Probe;
use crate::describe::Operation;
use crate::response::{IntoStatus as _, Outcome};

/// The first look at a returned value: whether there is a value at all.
pub enum Split<T> {
    Value(T),
    /// `()`.
    Empty,
    /// `None`.
    Missing,
}

impl<T> Split<T> {
    /// The outcome of a handler that returned no value.
    pub fn outcome(self, status: Option<u16>) -> Outcome {
        match self {
            Self::Missing => Outcome::Missing,
            Self::Empty | Self::Value(_) => Outcome::Empty(status.and_then(|status| status.into_status().ok())),
        }
    }
}

levels!(split_kind: SplitLevel);

/// Declares a kind: the returned type it is for, its level, how the type is taken apart, and what it adds to the docs.
macro_rules! split_kind {
    ($kind:ident [$($generics:ident),*] $from:ty: $probe:ty => $value:ty, $error:ty; |$out:ident| $split:expr; |$docs:ident| $describe:block) => {
        #[derive(Clone, Copy)]
        pub struct $kind;

        impl<$($generics),*> SplitLevel for $probe {
            type Kind = $kind;
            fn split_kind(&self) -> $kind {
                $kind
            }
        }

        impl<$($generics),*> SplitValue<$from> for $kind {
            type Value = $value;
            type Error = $error;

            fn split(self, $out: $from) -> Result<Split<$value>, $error> {
                $split
            }
        }

        impl $kind {
            pub fn describe(self, $docs: &mut Operation<'_>) {
                $describe
            }
            pub fn value<$($generics),*>(self, _: &Probe<$from>) -> Probe<$value> {
                Probe::NEW
            }
            pub fn error<$($generics),*>(self, _: &Probe<$from>) -> Probe<$error> {
                Probe::NEW
            }
        }
    };
}

split_kind!(ResultOfOption [T, E] Result<Option<T>, E>: &&Probe<Result<Option<T>, E>> => T, E;
    |out| out.map(optional); |docs| { docs.may_be_missing() });
split_kind!(ResultOfUnit [E] Result<(), E>: &&Probe<Result<(), E>> => (), E;
    |out| out.map(|()| Split::Empty); |docs| { docs.may_be_empty() });
split_kind!(PlainResult [T, E] Result<T, E>: &Probe<Result<T, E>> => T, E;
    |out| out.map(Split::Value); |_docs| {});
split_kind!(PlainOption [T] Option<T>: &Probe<Option<T>> => T, Infallible;
    |out| Ok(optional(out)); |docs| { docs.may_be_missing() });
split_kind!(Unit [] (): &Probe<()> => (), Infallible;
    |_out| Ok(Split::Empty); |docs| { docs.may_be_empty() });
split_kind!(Plain [T] T: Probe<T> => T, Infallible;
    |out| Ok(Split::Value(out)); |_docs| {});

fn optional<T>(value: Option<T>) -> Split<T> {
    value.map_or(Split::Missing, Split::Value)
}
