//! Start's own extractors: they know the argument's name and add to the list of bad parameters.

use actix_web::Either;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes};
use schemars::JsonSchema;

use crate::decode::BadParams;
use crate::describe::{BodyKind, Operation};
use crate::event::APIEvent;
use crate::http::ParamPlace;
use crate::kernel::{Body, Call, read_body};
use crate::response::Problem;

/// An extractor of Start's own. `name` is the name of the handler's argument.
pub trait OwnExtractor: Sized {
    /// Returns the value, or `None` if the faults were added to `bad`.
    fn own_extract(
        call: &Call,
        name: &'static str,
        bad: &mut BadParams,
    ) -> impl Future<Output = Result<Option<Self>, Problem>>;

    /// Returns the value and the body as it was sent, for extractors whose fields are named by their place in it. For
    /// all others, the body is empty.
    fn own_extract_with_body(
        call: &Call,
        name: &'static str,
        bad: &mut BadParams,
    ) -> impl Future<Output = Result<Option<(Self, Bytes)>, Problem>> {
        async move { Ok(Self::own_extract(call, name, bad).await?.map(|value| (value, Bytes::new()))) }
    }
}

/// `None` if the value cannot be read, whatever is wrong with it.
impl<T: OwnExtractor> OwnExtractor for Option<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        let read = Result::<T, Problem>::own_extract(call, name, bad).await?;
        Ok(read.map(|read| read.inspect_err(|problem| log_hidden(call, name, problem)).ok()))
    }
}

/// An `Option` hides why there is no value: of a body that was sent, the log says it.
fn log_hidden(call: &Call, name: &str, problem: &Problem) {
    let headers = call.http().headers();
    let is_sent = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
    if is_sent && call.exchange().entry.is_some() && matches!(*call.exchange().body.borrow(), Body::Read(_)) {
        tracing::info!(target: "start_runtime::problem", "{} {}: `{name}` is `None`: {problem}", call.http().method(), call.http().path());
    }
}

/// The problem in place of a value that cannot be read: the handler decides what to do about it.
impl<T: OwnExtractor, E> OwnExtractor for Result<T, E>
where
    Problem: Into<E>,
{
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        let mut own = BadParams::new();
        let read = T::own_extract(call, name, &mut own).await;
        let value = read.and_then(|value| value.ok_or_else(|| own.into_problem()));
        Ok(Some(value.map_err(Into::into)))
    }
}

/// The first of two that can be read; both may read the body. If neither can, the answer is that of the format that the
/// request is in.
impl<L: OwnExtractor, R: OwnExtractor> OwnExtractor for Either<L, R> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        let body = read_body(call, "Either").await?;
        let again = || drop(call.exchange().body.replace(Body::Unread(Payload::from(body.clone()))));
        again();
        let first = match Result::<L, Problem>::own_extract(call, name, bad).await? {
            None => return Ok(None),
            Some(Ok(value)) => return Ok(Some(Self::Left(value))),
            Some(Err(problem)) => problem,
        };
        again();
        let second = match Result::<R, Problem>::own_extract(call, name, bad).await? {
            None => return Ok(None),
            Some(Ok(value)) => return Ok(Some(Self::Right(value))),
            Some(Err(problem)) => problem,
        };
        let is_other_format = |problem: &Problem| problem.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE;
        if !is_other_format(&first) {
            return Err(first);
        }
        if !is_other_format(&second) {
            return Err(second);
        }
        let accepted = second.headers().get_all("accept-post").filter_map(|value| value.to_str().ok());
        Err(accepted.fold(first, |problem, value| problem.header("Accept-Post", value)))
    }
}

impl OwnExtractor for APIEvent {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Some(Self::new(call)))
    }
}

/// A wrapper around the value that a handler takes. Whatever applies to all wrappers is implemented once, for this
/// trait.
pub trait Wraps: Sized {
    /// The type of the value inside.
    type Value;
    /// The part of a request that the value is read from.
    const CARRIER: Carrier;

    /// The value inside.
    fn value(&self) -> &Self::Value;

    /// Documents a value whose type has a schema.
    fn describe(operation: &mut Operation<'_>, argument: &str)
    where
        Self::Value: JsonSchema,
    {
        match Self::CARRIER {
            Carrier::Params(place) => operation.params::<Self::Value>(place, place.argument(argument)),
            Carrier::Body(kind) => operation.body::<Self::Value>(kind),
        }
    }

    /// Documents a value whose type has no schema: only its source is known.
    fn describe_schemaless(operation: &mut Operation<'_>, argument: &str) {
        match Self::CARRIER {
            Carrier::Params(place) => operation.params_of_any_type::<Self::Value>(place, place.argument(argument)),
            Carrier::Body(kind) => operation.body_of_any_type::<Self::Value>(kind),
        }
    }
}

/// The part of a request that a value is read from.
#[derive(Clone, Copy)]
pub enum Carrier {
    Params(ParamPlace),
    Body(BodyKind),
}

impl Carrier {
    /// Where the fields of the value come from; `None` for a body whose fields have JSON pointers.
    pub fn place(self) -> Option<ParamPlace> {
        match self {
            Self::Params(place) => Some(place),
            Self::Body(BodyKind::Form | BodyKind::Multipart) => Some(ParamPlace::Form),
            Self::Body(_) => None,
        }
    }
}

macro_rules! wraps {
    ($($wrapper:ty => $carrier:expr;)*) => {$(
        impl<T> Wraps for $wrapper {
            type Value = T;
            const CARRIER: Carrier = $carrier;

            fn value(&self) -> &T {
                self
            }
        }
    )*};
}

wraps! {
    super::Json<T> => Carrier::Body(BodyKind::Json);
    super::Form<T> => Carrier::Body(BodyKind::Form);
    super::Query<T> => Carrier::Params(ParamPlace::Query);
    super::Header<T> => Carrier::Params(ParamPlace::Header);
    super::Cookie<T> => Carrier::Params(ParamPlace::Cookie);
    web::Json<T> => Carrier::Body(BodyKind::Json);
    web::Form<T> => Carrier::Body(BodyKind::Form);
    web::Query<T> => Carrier::Params(ParamPlace::Query);
}
