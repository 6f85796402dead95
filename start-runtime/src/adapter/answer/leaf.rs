//! Step 3: the value itself becomes a response.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, Responder, web};
use serde::Serialize;

use super::outcome::Respond;
use crate::adapter::Probe;
use crate::describe::Failure;
use crate::extract::Json;
use crate::kernel::Call;
use crate::response::{HTML, IntoStatus as _, Outcome, Problem, Response, TEXT, json, with_body};

levels!(leaf_kind: LeafLevel);

/// Values that are responses themselves.
#[derive(Default)]
pub struct ReadyKind;
/// `()`, inside an `Option` or beside a status.
#[derive(Default)]
pub struct NothingKind;
/// Text.
#[derive(Default)]
pub struct TextKind;
/// Any value that actix can send.
#[derive(Default)]
pub struct ResponderKind;
/// Any value that implements `Serialize`.
#[derive(Default)]
pub struct JsonKind;
/// Any value that implements `Serialize`, in a wrapper of Start's.
#[derive(Default)]
pub struct WrappedJsonKind;
/// Types that cannot be sent.
pub struct NoAnswerKind;

macro_rules! leaf {
    ($kind:ident: $([$($generics:tt)*] $ty:ty),*) => {$(
        impl<$($generics)*> LeafLevel for &&&Probe<$ty> {
            type Kind = $kind;
            fn leaf_kind(&self) -> $kind {
                $kind
            }
        }
    )*};
}

leaf!(ReadyKind: [] Response, [] HttpResponse, [] Problem, [] StatusCode);
leaf!(NothingKind: [] ());
leaf!(TextKind: [] &'static str, [] String, [] Cow<'static, str>, [] Box<str>);

impl<T: Serialize> LeafLevel for &&&Probe<Json<T>> {
    type Kind = WrappedJsonKind;
    fn leaf_kind(&self) -> WrappedJsonKind {
        WrappedJsonKind
    }
}

impl<T: Responder> LeafLevel for &&Probe<T> {
    type Kind = ResponderKind;
    fn leaf_kind(&self) -> ResponderKind {
        ResponderKind
    }
}

impl<T: Serialize> LeafLevel for &Probe<T> {
    type Kind = JsonKind;
    fn leaf_kind(&self) -> JsonKind {
        JsonKind
    }
}

impl<T> LeafLevel for Probe<T> {
    type Kind = NoAnswerKind;
    fn leaf_kind(&self) -> NoAnswerKind {
        NoAnswerKind
    }
}

/// A value that can be returned as it is.
pub trait Ready {
    fn into_outcome(self) -> Outcome;
}

impl Ready for Response {
    fn into_outcome(self) -> Outcome {
        Outcome::Response(self.into())
    }
}

impl Ready for HttpResponse {
    fn into_outcome(self) -> Outcome {
        Outcome::Response(self)
    }
}

impl Ready for Problem {
    fn into_outcome(self) -> Outcome {
        self.into()
    }
}

impl<D> Ready for Failure<D> {
    fn into_outcome(self) -> Outcome {
        self.into_problem().into()
    }
}

impl Ready for StatusCode {
    fn into_outcome(self) -> Outcome {
        Outcome::Response(HttpResponse::with_body(self, BoxBody::new(())))
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sets its own status",
    label = "remove `status = …` from the attribute, or return a plain value",
    note = "`status = …` is for values that become JSON or text"
)]
pub trait PlainValue {}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a route",
    label = "not a response",
    note = "return a type that implements `serde::Serialize` (add `#[derive(serde::Serialize)]`), text, a `Response`, any actix `Responder`, or a `Result` or `Option` of those",
    note = "if it is a future: write `async fn`, or `.await` it",
    note = "headers and status beside it: `Response::json(&value).status(201).header(\"X-Name\", \"value\")`"
)]
pub trait RouteAnswer {}

/// Never implemented: it exists for the error message that the user reads, which names what is inside of a wrapper.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as JSON",
    label = "`{Self}` does not implement `serde::Serialize`",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`"
)]
pub trait Inside {}

impl<T: Inside> RouteAnswer for Json<T> {}
impl<T: Inside> RouteAnswer for web::Json<T> {}
impl<T: Inside> RouteAnswer for Vec<T> {}
impl<T: Inside> RouteAnswer for Box<T> {}
impl<T: Inside> RouteAnswer for Option<T> {}
impl<T: Inside, const N: usize> RouteAnswer for [T; N] {}
impl<K, T: Inside, S> RouteAnswer for HashMap<K, T, S> {}
impl<K, T: Inside> RouteAnswer for BTreeMap<K, T> {}

impl<T: Inside> Inside for Vec<T> {}
impl<T: Inside> Inside for Box<T> {}
impl<T: Inside> Inside for Option<T> {}
impl<T: Inside, const N: usize> Inside for [T; N] {}
impl<K, T: Inside, S> Inside for HashMap<K, T, S> {}
impl<K, T: Inside> Inside for BTreeMap<K, T> {}

/// Kinds whose types are checked already.
macro_rules! any_type {
    ($($kind:ident)*) => {$(
        impl $kind {
            pub fn checked<T>(self, _: &Probe<T>) -> Self {
                self
            }
        }
    )*};
}

/// Kinds of values that `status = …` is for.
macro_rules! any_status {
    ($($kind:ident)*) => {$(
        impl $kind {
            pub fn checked_with_status<T>(self, _: &Probe<T>) -> Self {
                self
            }
        }
    )*};
}

any_type!(ReadyKind NothingKind TextKind ResponderKind JsonKind WrappedJsonKind);
any_status!(NothingKind TextKind JsonKind WrappedJsonKind);

impl ReadyKind {
    pub fn checked_with_status<T: PlainValue>(self, _: &Probe<T>) -> Self {
        self
    }
}

impl ResponderKind {
    pub fn checked_with_status<T: PlainValue>(self, _: &Probe<T>) -> Self {
        self
    }
}

impl NoAnswerKind {
    pub fn checked<T: RouteAnswer>(self, _: &Probe<T>) -> Self {
        self
    }
    pub fn checked_with_status<T: RouteAnswer>(self, _: &Probe<T>) -> Self {
        self
    }
}

impl<T: Ready> Respond<T> for ReadyKind {
    fn respond(self, value: T, found: Option<StatusCode>, _: Option<u16>, _: Text, _: &Call) -> Outcome {
        with_status(value.into_outcome(), found)
    }
}

impl Respond<()> for NothingKind {
    fn respond(self, (): (), found: Option<StatusCode>, code: Option<u16>, _: Text, _: &Call) -> Outcome {
        Outcome::Empty(chosen(found, code))
    }
}

impl<T: Into<String>> Respond<T> for TextKind {
    fn respond(self, value: T, found: Option<StatusCode>, code: Option<u16>, text: Text, _: &Call) -> Outcome {
        let content_type = match text {
            Text::Plain => TEXT,
            Text::Html => HTML,
        };
        let body: String = value.into();
        with_status(Outcome::Response(with_body(content_type, BoxBody::new(body))), chosen(found, code))
    }
}

impl<T: Responder> Respond<T> for ResponderKind {
    fn respond(self, value: T, found: Option<StatusCode>, _: Option<u16>, _: Text, call: &Call) -> Outcome {
        with_status(Outcome::Response(value.respond_to(call.http()).map_into_boxed_body()), found)
    }
}

impl<T: Serialize> Respond<T> for JsonKind {
    fn respond(self, value: T, found: Option<StatusCode>, code: Option<u16>, _: Text, _: &Call) -> Outcome {
        with_status(Outcome::Response(json(&value)), chosen(found, code))
    }
}

impl<T: Serialize> Respond<Json<T>> for WrappedJsonKind {
    fn respond(
        self,
        Json(value): Json<T>,
        found: Option<StatusCode>,
        code: Option<u16>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        JsonKind.respond(value, found, code, text, call)
    }
}

impl<T> Respond<T> for NoAnswerKind {
    fn respond(self, _: T, _: Option<StatusCode>, _: Option<u16>, _: Text, _: &Call) -> Outcome {
        Outcome::Missing
    }
}

/// The status beside a value wins over that of the attribute.
fn chosen(found: Option<StatusCode>, code: Option<u16>) -> Option<StatusCode> {
    found.or_else(|| code.and_then(|code| code.into_status().ok()))
}

fn with_status(outcome: Outcome, status: Option<StatusCode>) -> Outcome {
    match (outcome, status) {
        // A value that failed to serialize is a 500, whatever status was meant for it.
        (Outcome::Problem(problem), Some(status)) => problem.with_status(status).into(),
        (Outcome::Response(mut response), Some(status)) if !response.status().is_server_error() => {
            *response.status_mut() = status;
            Outcome::Response(response)
        }
        (outcome, _) => outcome,
    }
}

/// How text is sent: as plain text, or as a page.
#[derive(Clone, Copy)]
pub enum Text {
    Plain,
    Html,
}
