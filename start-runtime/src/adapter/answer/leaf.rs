//! Step 3: the value itself becomes a response.

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, Responder};
use serde::Serialize;

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
    note = "if it is a future: write `async fn`, or `.await` it"
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

impl NothingKind {
    pub fn respond(self, (): (), status: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        Outcome::Empty(status)
    }
    pub fn respond_with(self, (): (), code: u16, status: Option<StatusCode>, _: Text, _: &Call) -> Outcome {
        Outcome::Empty(status.or_else(|| code.into_status().ok()))
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
        self.respond(value, status.or_else(|| code.into_status().ok()), text, call)
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
        self.respond(value, status.or_else(|| code.into_status().ok()), text, call)
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
