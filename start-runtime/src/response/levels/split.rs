//! Step 1: `Result` and `Option` come off.

use std::convert::Infallible;

use super::{Probe, Split};
use crate::describe::Operation;

levels!(split_kind: SplitFirst, SplitSecond, SplitLast);

/// A kind: for which returned type, at which level, how it is taken apart, and what the docs hear.
macro_rules! split_kind {
    ($kind:ident [$($generics:ident),*] $from:ty: $level:ident for $probe:ty => $value:ty, $error:ty; |$out:ident| $split:expr; |$docs:ident| $describe:block) => {
        pub struct $kind;

        impl<$($generics),*> $level for $probe {
            type Kind = $kind;
            fn split_kind(&self) -> $kind {
                $kind
            }
        }

        impl $kind {
            pub fn split<$($generics),*>(self, $out: $from) -> Result<Split<$value>, $error> {
                $split
            }
            pub fn describe<$($generics),*>(self, _: &Probe<$from>, $docs: &mut Operation<'_>) -> Probe<$value> {
                $describe
                Probe::NEW
            }
            pub fn error<$($generics),*>(self, _: &Probe<$from>) -> Probe<$error> {
                Probe::NEW
            }
        }
    };
}

split_kind!(ResultOfOption [T, E] Result<Option<T>, E>: SplitFirst for &&Probe<Result<Option<T>, E>> => T, E;
    |out| out.map(optional); |docs| { docs.may_be_missing() });
split_kind!(ResultOfUnit [E] Result<(), E>: SplitFirst for &&Probe<Result<(), E>> => (), E;
    |out| out.map(|()| Split::Empty); |docs| { docs.may_be_empty() });
split_kind!(PlainResult [T, E] Result<T, E>: SplitSecond for &Probe<Result<T, E>> => T, E;
    |out| out.map(Split::Value); |_docs| {});
split_kind!(PlainOption [T] Option<T>: SplitSecond for &Probe<Option<T>> => T, Infallible;
    |out| Ok(optional(out)); |docs| { docs.may_be_missing() });
split_kind!(Unit [] (): SplitSecond for &Probe<()> => (), Infallible;
    |_out| Ok(Split::Empty); |docs| { docs.may_be_empty() });
split_kind!(Plain [T] T: SplitLast for Probe<T> => T, Infallible;
    |out| Ok(Split::Value(out)); |_docs| {});

fn optional<T>(value: Option<T>) -> Split<T> {
    value.map_or(Split::Missing, Split::Value)
}
