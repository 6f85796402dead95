//! How a returned value becomes an answer, without a trait that users implement.
//!
//! The generated code asks a `Probe` of the value's type for its kind. Method look-up tries the impl
//! for the most references first, so the impls below are ranked, most specific at the top; each kind
//! is an empty type whose method does the work. Only in concrete code can this choose, which is why
//! the macro writes the calls out at each handler.

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;

use super::problem::chain;
use super::status::IntoStatus as _;
use super::{HTML, Outcome, Problem, Response, TEXT, actix_error, json, with_body};
use crate::event::Call;
use crate::extract::Json;
use crate::openapi::Describe;

pub use super::outcome::Split;

/// Stands for a type, so that its kind can be asked for.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    pub const NEW: Self = Self(PhantomData);

    pub fn of(_: &T) -> Self {
        Self::NEW
    }
}

/// The type of what an async handler gives; the closure is never called.
pub fn async_output<F: FnOnce() -> R, R: Future>(_: F) -> Probe<R::Output> {
    Probe::NEW
}

/// The type of what a handler gives; the closure is never called.
pub fn output<F: FnOnce() -> R, R>(_: F) -> Probe<R> {
    Probe::NEW
}

/// A value of any type, in code that only type inference looks at.
pub fn any<T>() -> T {
    unreachable!("only the type of this call is used")
}

/// How text is sent: as it is, or as a page.
#[derive(Clone, Copy)]
pub enum Text {
    Plain,
    Html,
}

// ---- Step 1: Result and Option come off. ----

macro_rules! split_kind {
    ($level:ident, $kind:ident, [$($generics:ident),*], $from:ty => ($value:ty, $error:ty), |$out:ident| $split:expr, |$docs:ident| $describe:block) => {
        pub struct $kind;
        impl<$($generics),*> $level for split_kind!(@probe $level $from) {
            type Kind = $kind;
            fn split_kind(&self) -> $kind {
                $kind
            }
        }
        impl $kind {
            pub fn split<$($generics),*>(self, $out: $from) -> Result<Split<$value>, $error> {
                $split
            }
            pub fn describe<$($generics),*>(self, _: &Probe<$from>, $docs: &mut Describe<'_>) -> Probe<$value> {
                $describe
                Probe::NEW
            }
        }
    };
    (@probe SplitFirst $from:ty) => { &&Probe<$from> };
    (@probe SplitSecond $from:ty) => { &Probe<$from> };
    (@probe SplitLast $from:ty) => { Probe<$from> };
}

macro_rules! levels {
    ($method:ident: $($level:ident),*) => {$(
        pub trait $level {
            type Kind;
            fn $method(&self) -> Self::Kind;
        }
    )*};
}

levels!(split_kind: SplitFirst, SplitSecond, SplitLast);
split_kind!(SplitFirst, ResultOfOption, [T, E], Result<Option<T>, E> => (T, E), |out| out.map(optional), |docs| { docs.may_be_missing() });
split_kind!(SplitFirst, ResultOfUnit, [E], Result<(), E> => ((), E), |out| out.map(|()| Split::Empty), |docs| { docs.may_be_empty() });
split_kind!(SplitSecond, PlainResult, [T, E], Result<T, E> => (T, E), |out| out.map(Split::Value), |_docs| {});
split_kind!(SplitSecond, PlainOption, [T], Option<T> => (T, Infallible), |out| Ok(optional(out)), |docs| { docs.may_be_missing() });
split_kind!(SplitSecond, Unit, [], () => ((), Infallible), |_out| Ok(Split::Empty), |docs| { docs.may_be_empty() });
split_kind!(SplitLast, Plain, [T], T => (T, Infallible), |out| Ok(Split::Value(out)), |_docs| {});

fn optional<T>(value: Option<T>) -> Split<T> {
    value.map_or(Split::Missing, Split::Value)
}

// ---- Step 2: a status comes off. ----

levels!(status_kind: StatusFirst, StatusSecond, StatusLast);

pub struct StatusBefore;
pub struct StatusAfter;
pub struct NoStatus;

impl<T> StatusFirst for &&Probe<(StatusCode, T)> {
    type Kind = StatusBefore;
    fn status_kind(&self) -> StatusBefore {
        StatusBefore
    }
}

impl<T> StatusSecond for &Probe<(T, StatusCode)> {
    type Kind = StatusAfter;
    fn status_kind(&self) -> StatusAfter {
        StatusAfter
    }
}

impl<T> StatusLast for Probe<T> {
    type Kind = NoStatus;
    fn status_kind(&self) -> NoStatus {
        NoStatus
    }
}

impl StatusBefore {
    pub fn split<T>(self, (status, value): (StatusCode, T)) -> (Option<StatusCode>, T) {
        (Some(status), value)
    }
    pub fn describe<T>(self, _: &Probe<(StatusCode, T)>, docs: &mut Describe<'_>) -> Probe<T> {
        docs.any_status();
        Probe::NEW
    }
}

impl StatusAfter {
    pub fn split<T>(self, (value, status): (T, StatusCode)) -> (Option<StatusCode>, T) {
        (Some(status), value)
    }
    pub fn describe<T>(self, _: &Probe<(T, StatusCode)>, docs: &mut Describe<'_>) -> Probe<T> {
        docs.any_status();
        Probe::NEW
    }
}

impl NoStatus {
    pub fn split<T>(self, value: T) -> (Option<StatusCode>, T) {
        (None, value)
    }
    pub fn describe<T>(self, _: &Probe<T>, _: &mut Describe<'_>) -> Probe<T> {
        Probe::NEW
    }
}

// ---- Step 3: the value itself. ----

levels!(leaf_kind: LeafFirst, LeafSecond, LeafThird, LeafLast);

/// Values that are answers in themselves.
pub struct ReadyKind;
/// Text.
pub struct TextKind;
/// Anything that actix can send.
pub struct ResponderKind;
/// Anything that serializes.
pub struct JsonKind;
/// The same in our wrapper.
pub struct WrappedJsonKind;
/// Nothing that can be sent.
pub struct NoAnswerKind;

macro_rules! leaf {
    ($kind:ident: $([$($generics:tt)*] $ty:ty),*) => {$(
        impl<$($generics)*> LeafFirst for &&&Probe<$ty> {
            type Kind = $kind;
            fn leaf_kind(&self) -> $kind {
                $kind
            }
        }
    )*};
}

leaf!(ReadyKind: [] Response, [] HttpResponse, [] Problem, [] StatusCode);
leaf!(TextKind: [] &'static str, [] String, [] Cow<'static, str>, [] Box<str>);

impl<T: Serialize> LeafFirst for &&&Probe<Json<T>> {
    type Kind = WrappedJsonKind;
    fn leaf_kind(&self) -> WrappedJsonKind {
        WrappedJsonKind
    }
}

impl<T: Responder> LeafSecond for &&Probe<T> {
    type Kind = ResponderKind;
    fn leaf_kind(&self) -> ResponderKind {
        ResponderKind
    }
}

impl<T: Serialize> LeafThird for &Probe<T> {
    type Kind = JsonKind;
    fn leaf_kind(&self) -> JsonKind {
        JsonKind
    }
}

impl<T> LeafLast for Probe<T> {
    type Kind = NoAnswerKind;
    fn leaf_kind(&self) -> NoAnswerKind {
        NoAnswerKind
    }
}

/// What can be returned as it is.
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
        Outcome::Problem(self)
    }
}

impl Ready for StatusCode {
    fn into_outcome(self) -> Outcome {
        Outcome::Response(HttpResponse::with_body(self, BoxBody::new(())))
    }
}

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sets its own status",
    label = "remove `status = …` from the attribute, or return a plain value",
    note = "`status = …` is for values that become JSON or text"
)]
pub trait PlainValue {}

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a route",
    label = "not a response",
    note = "return a type that implements `serde::Serialize` (add `#[derive(serde::Serialize)]`), text, a `Response`, any actix `Responder`, or a `Result` or `Option` of those"
)]
pub trait RouteAnswer {}

impl ReadyKind {
    pub fn respond<T: Ready>(self, value: T, status: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        with_status(value.into_outcome(), status)
    }
    pub fn respond_with<T: Ready + PlainValue>(
        self,
        value: T,
        _: u16,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        self.respond(value, status, text, call)
    }
}

impl TextKind {
    pub fn respond<T: Into<String>>(self, value: T, status: Option<StatusCode>, text: Text, _: &Call) -> Outcome {
        let content_type = match text {
            Text::Plain => TEXT,
            Text::Html => HTML,
        };
        let body: String = value.into();
        with_status(Outcome::Response(with_body(content_type, BoxBody::new(body))), status)
    }
    pub fn respond_with<T: Into<String>>(
        self,
        value: T,
        code: u16,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        self.respond(value, status.or_else(|| Some(code.into_status())), text, call)
    }
}

impl ResponderKind {
    pub fn respond<T: Responder>(self, value: T, status: Option<StatusCode>, _: Text, call: &Call) -> Outcome {
        with_status(Outcome::Response(value.respond_to(call.http()).map_into_boxed_body()), status)
    }
    pub fn respond_with<T: Responder + PlainValue>(
        self,
        value: T,
        _: u16,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        self.respond(value, status, text, call)
    }
}

impl JsonKind {
    pub fn respond<T: Serialize>(self, value: T, status: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        with_status(Outcome::Response(json(&value)), status)
    }
    pub fn respond_with<T: Serialize>(
        self,
        value: T,
        code: u16,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        self.respond(value, status.or_else(|| Some(code.into_status())), text, call)
    }
}

impl WrappedJsonKind {
    pub fn respond<T: Serialize>(
        self,
        Json(value): Json<T>,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        JsonKind.respond(value, status, text, call)
    }
    pub fn respond_with<T: Serialize>(
        self,
        Json(value): Json<T>,
        code: u16,
        status: Option<StatusCode>,
        text: Text,
        call: &Call,
    ) -> Outcome {
        JsonKind.respond_with(value, code, status, text, call)
    }
}

impl NoAnswerKind {
    pub fn respond<T: RouteAnswer>(self, _: T, _: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        Outcome::Missing
    }
    pub fn respond_with<T: RouteAnswer>(self, _: T, _: u16, _: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        Outcome::Missing
    }
}

fn with_status(outcome: Outcome, status: Option<StatusCode>) -> Outcome {
    match (outcome, status) {
        // A value that failed to serialize is a 500, whatever was meant for it.
        (Outcome::Response(mut response), Some(status)) if !response.status().is_server_error() => {
            *response.status_mut() = status;
            Outcome::Response(response)
        }
        (outcome, _) => outcome,
    }
}

// ---- Errors. ----

levels!(error_kind: ErrorFirst, ErrorSecond, ErrorThird, ErrorFourth, ErrorLast);

/// Errors that are answers in themselves.
pub struct ReadyError;
/// Errors that say nothing about an answer: 500, the text only in the log.
pub struct UnexpectedError;
/// The same, without the bounds that would make them like the others.
pub struct BoxedErrorKind;
/// Errors of actix, and those that implement its `ResponseError`.
pub struct ActixError;
/// Errors that turn into a problem.
pub struct ProblemError;
/// Nothing that can be an error.
pub struct NoErrorKind;

macro_rules! error {
    ($level:ident $kind:ident [$($generics:tt)*] $probe:ty) => {
        impl<$($generics)*> $level for $probe {
            type Kind = $kind;
            fn error_kind(&self) -> $kind {
                $kind
            }
        }
    };
}

error!(ErrorFirst ReadyError [] &&&&Probe<Response>);
error!(ErrorFirst ReadyError [] &&&&Probe<HttpResponse>);
error!(ErrorFirst ReadyError [] &&&&Probe<Problem>);
error!(ErrorFirst ReadyError [] &&&&Probe<StatusCode>);
error!(ErrorFirst BoxedErrorKind [] &&&&Probe<Box<dyn StdError>>);
error!(ErrorFirst BoxedErrorKind [] &&&&Probe<Box<dyn StdError + Send>>);
error!(ErrorFirst UnexpectedError [] &&&&Probe<Box<dyn StdError + Send + Sync>>);
// actix would answer 404 for a file that the program itself is missing.
error!(ErrorFirst UnexpectedError [] &&&&Probe<std::io::Error>);
error!(ErrorSecond ActixError [T: Into<actix_web::Error>] &&&Probe<T>);
error!(ErrorThird ProblemError [T: Into<Problem>] &&Probe<T>);
error!(ErrorFourth UnexpectedError [T: Into<Box<dyn StdError + Send + Sync>>] &Probe<T>);
error!(ErrorLast NoErrorKind [T] Probe<T>);

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a route",
    label = "not an error that can be answered",
    note = "use `Problem`, `Response`, `StatusCode`, an error type (`std::error::Error`), or implement `From<{Self}> for Problem`"
)]
pub trait RouteError {}

impl ReadyError {
    pub fn fail<T: Ready>(self, error: T) -> Outcome {
        error.into_outcome()
    }
}

impl ActixError {
    pub fn fail<T: Into<actix_web::Error>>(self, error: T) -> Outcome {
        actix_error::outcome(&error.into())
    }
}

impl ProblemError {
    pub fn fail<T: Into<Problem>>(self, error: T) -> Outcome {
        Outcome::Problem(error.into())
    }
}

impl UnexpectedError {
    pub fn fail<T: Into<Box<dyn StdError + Send + Sync>>>(self, error: T) -> Outcome {
        Outcome::Problem(boxed_problem(&*error.into()))
    }
}

impl NoErrorKind {
    pub fn fail<T: RouteError>(self, _: T) -> Outcome {
        Outcome::Missing
    }
}

impl BoxedErrorKind {
    pub fn fail<T: BoxedError>(self, error: T) -> Outcome {
        Outcome::Problem(boxed_problem(error.inside()))
    }
}

/// A boxed error, with `Send` or without.
pub trait BoxedError {
    fn inside(&self) -> &(dyn StdError + 'static);
}

impl BoxedError for Box<dyn StdError> {
    fn inside(&self) -> &(dyn StdError + 'static) {
        &**self
    }
}

impl BoxedError for Box<dyn StdError + Send> {
    fn inside(&self) -> &(dyn StdError + 'static) {
        &**self
    }
}

/// `Box<dyn Error>` hides what is inside: a problem or an error of actix keeps its status.
fn boxed_problem(error: &(dyn StdError + 'static)) -> Problem {
    match error.downcast_ref::<actix_web::Error>() {
        Some(error) => actix_error::problem(error),
        None => Problem::internal(chain(error)),
    }
}

// ---- What the docs say of an answer. ----

pub trait DescribeFirst {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

pub trait DescribeSecond {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

pub trait DescribeLast {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

macro_rules! describe {
    ($level:ident $([$($generics:tt)*] $probe:ty => |$docs:ident| $body:expr;)*) => {$(
        impl<$($generics)*> $level for $probe {
            fn describe_output(&self, $docs: &mut Describe<'_>) {
                $body;
            }
        }
    )*};
}

describe! { DescribeFirst
    [T: Serialize + JsonSchema] &&Probe<Json<T>> => |docs| docs.returns_json::<T>();
    [T: Serialize + JsonSchema] &&Probe<actix_web::web::Json<T>> => |docs| docs.returns_json::<T>();
    [] &&Probe<&'static str> => |docs| docs.returns_text();
    [] &&Probe<String> => |docs| docs.returns_text();
    [] &&Probe<Cow<'static, str>> => |docs| docs.returns_text();
    [] &&Probe<Box<str>> => |docs| docs.returns_text();
    [] &&Probe<()> => |docs| docs.returns_nothing();
    [] &&Probe<Problem> => |docs| docs.returns_anything();
    [] &&Probe<Vec<u8>> => |docs| docs.returns_bytes();
    [] &&Probe<actix_web::web::Bytes> => |docs| docs.returns_bytes();
}

describe! { DescribeSecond
    [T: Serialize + JsonSchema] &Probe<T> => |docs| docs.returns_json::<T>();
}

describe! { DescribeLast
    [T] Probe<T> => |docs| docs.returns_anything();
}
