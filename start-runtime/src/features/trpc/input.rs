//! How the input of a procedure is read.

use std::ops::{Deref, DerefMut};

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::maybe;
use super::superjson::Sent;
use crate::adapter::Read;
use crate::decode::BadParams;
use crate::decode::json::parse;
use crate::describe::BodyKind;
use crate::extract::{Carrier, OwnExtractor, Wraps};
use crate::kernel::{Call, RawInput};
use crate::response::{Outcome, Problem};

/// The input of a procedure, where it is taken apart: `trpc::Input(NewPost { title, .. }): trpc::Input<NewPost>`. An
/// argument that is called `input` needs no wrapper.
///
/// A client that sends none sends `undefined`, which is `None` for an `Option`. What is not a `T`, or breaks one of its
/// constraints, is a `BAD_REQUEST` with `issues` in its data: a list of `{ path, message }`.
///
/// ```
/// use start_runtime::trpc;
///
/// #[derive(serde::Deserialize, start_runtime::schemars::JsonSchema)]
/// struct Sum {
///     a: f64,
///     b: f64,
/// }
///
/// #[trpc::query]
/// async fn add(trpc::Input(Sum { a, b }): trpc::Input<Sum>) -> f64 {
///     a + b
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Input<T>(pub T);

impl<T> Deref for Input<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Input<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> Wraps for Input<T> {
    type Value = T;
    const CARRIER: Carrier = Carrier::Body(BodyKind::Json);

    fn value(&self) -> &T {
        &self.0
    }
}

/// The input of the call whose arguments are being read, until `Input` takes it: nothing waits in between.
struct Pending(RawInput);

impl<T: DeserializeOwned> OwnExtractor for Input<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::own_extract_with_body(call, name, bad).await?.map(|(value, _)| value))
    }

    async fn own_extract_with_body(
        call: &Call,
        _: &'static str,
        bad: &mut BadParams,
    ) -> Result<Option<(Self, Bytes)>, Problem> {
        let pending = call.exchange().found.borrow_mut().take::<Pending>();
        bad.check()?;
        let body = match pending.map(|Pending(input)| input) {
            Some(RawInput::Json(body)) if call.transformer().is_some() => return transformed(call, &body).map(Some),
            Some(RawInput::Json(body)) => body,
            Some(RawInput::Undefined) => return undefined().map(|value| Some((value, Bytes::from_static(b"null")))),
            Some(RawInput::Broken(problem)) => return Err((*problem).clone()),
            Some(RawInput::Body) => return Err(Problem::bad_request("the input is JSON, and not the body as it is")),
            None => return Err(Problem::internal("`trpc::Input` is an argument of procedures alone")),
        };
        Ok(Some((Self(parse(&body)?), body)))
    }
}

/// An input that the transformer of the client has written, and the same as JSON.
fn transformed<T: DeserializeOwned>(call: &Call, text: &[u8]) -> Result<(Input<T>, Bytes), Problem> {
    let sent = Sent::parse(text)?;
    if sent.is_undefined() {
        return undefined().map(|value| (value, Bytes::from_static(b"null")));
    }
    let value = sent.read(call.exchange().body_limit())?;
    Ok((Input(value), sent.json.to_string().into()))
}

/// What `undefined` is for a type: an error for most.
fn undefined<T: DeserializeOwned>() -> Result<Input<T>, Problem> {
    maybe::undefined().map(Input).ok_or_else(|| {
        let errors = json!([{ "pointer": "#", "detail": "is missing" }]);
        Problem::bad_request("the input is missing").with("errors", errors)
    })
}

/// Reads an input, and takes its wrapper off.
pub struct BareInput<R>(InputReader<R>);

/// Reads an input.
pub struct InputReader<R> {
    input: Option<RawInput>,
    reader: R,
}

/// Reads the argument `input: T`.
pub fn input<R>(input: RawInput, reader: R) -> BareInput<R> {
    BareInput(wrapped_input(input, reader))
}

/// Reads an argument `Input<T>`.
pub fn wrapped_input<R>(input: RawInput, reader: R) -> InputReader<R> {
    InputReader { input: Some(input), reader }
}

impl<R: Read> Read for InputReader<R> {
    type Value = R::Value;

    async fn early(&mut self, call: &Call) -> Result<(), Outcome> {
        self.reader.early(call).await
    }

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<R::Value>, Outcome> {
        if let Some(input) = self.input.take() {
            call.exchange().found.borrow_mut().keep(Pending(input));
        }
        self.reader.read(call, bad).await.map_err(|refused| Outcome::Problem(bad_input(refused.into_problem())))
    }
}

impl<R: Read<Value = Input<T>>, T> Read for BareInput<R> {
    type Value = T;

    async fn early(&mut self, call: &Call) -> Result<(), Outcome> {
        self.0.early(call).await
    }

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<T>, Outcome> {
        Ok(self.0.read(call, bad).await?.map(|Input(value)| value))
    }
}

/// The refusal of an input: tRPC knows one status for all that can be wrong with one.
fn bad_input(problem: Problem) -> Problem {
    if !matches!(problem.status(), StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) {
        return problem;
    }
    let detail = problem.detail().unwrap_or_default();
    let detail = match detail.strip_prefix("the body") {
        Some(rest) => format!("the input{rest}"),
        None => detail.to_owned(),
    };
    let refused = Problem::bad_request(detail);
    match problem.member("errors").and_then(Value::as_array) {
        Some(errors) => refused.with("issues", errors.iter().map(issue).collect::<Vec<Value>>()),
        None => refused,
    }
}

/// One thing that is wrong: the path to it, and why.
fn issue(error: &Value) -> Value {
    let pointer = error["pointer"].as_str().unwrap_or_default().trim_start_matches('#');
    let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let path: Vec<Value> = steps.map(|step| step.parse::<u64>().map_or(Value::String(step), Value::from)).collect();
    json!({ "path": path, "message": error["detail"] })
}
