//! Step 2: take off a status.

use actix_web::http::StatusCode;

use super::outcome::TakeStatus;
use crate::adapter::Probe;
use crate::describe::Operation;

levels!(status_kind: StatusLevel);

/// Declares a kind: the type it is for, its level, and how a value of the type is taken apart.
macro_rules! status_kind {
    ($kind:ident $from:ty: $probe:ty => $ordered:ty; |$out:pat_param| $status:expr, $value:expr, $in_order:expr; |$docs:ident| $describe:block) => {
        #[derive(Clone, Copy)]
        pub struct $kind;

        impl<T> StatusLevel for $probe {
            type Kind = $kind;
            fn status_kind(&self) -> $kind {
                $kind
            }
        }

        impl<T> TakeStatus<$from> for $kind {
            type Value = T;
            type Ordered = $ordered;

            fn split(self, $out: $from) -> (Option<StatusCode>, T) {
                ($status, $value)
            }
            fn ordered(self, $out: $from) -> $ordered {
                $in_order
            }
        }

        impl $kind {
            pub fn describe(self, $docs: &mut Operation<'_>) {
                $describe
            }
            pub fn value<T>(self, _: &Probe<$from>) -> Probe<T> {
                Probe::NEW
            }
            pub fn in_order<T>(self, _: &Probe<$from>) -> Probe<$ordered> {
                Probe::NEW
            }
        }
    };
}

status_kind!(StatusBefore (StatusCode, T): &&Probe<(StatusCode, T)> => (StatusCode, T);
    |(status, value)| Some(status), value, (status, value); |docs| { docs.any_status() });
status_kind!(StatusAfter (T, StatusCode): &Probe<(T, StatusCode)> => (StatusCode, T);
    |(value, status)| Some(status), value, (status, value); |docs| { docs.any_status() });
status_kind!(NoStatus T: Probe<T> => T;
    |value| None, value, value; |_docs| {});
