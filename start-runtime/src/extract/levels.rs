//! How an argument's type is read, without a trait that users implement; see `response::levels`.

use actix_web::FromRequest;
use actix_web::web;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::marker::PhantomData;

use super::bad_params::BadParams;
use super::param::FromParam;
use super::{Cookie, Form, Header, Json, ParamPlace, Query, urlencoded};
use crate::event::{APIEvent, Call};
use crate::openapi::{BodyKind, Describe, Documented};
use crate::response::levels::Probe;
use crate::response::{Problem, extractor_problem};

pub trait ArgumentFirst {
    fn argument_kind(&self) -> ActixPathKind;
}

pub trait ArgumentSecond {
    fn argument_kind(&self) -> OwnKind;
}

pub trait ArgumentThird {
    fn argument_kind(&self) -> ExtractorKind;
}

pub trait ArgumentFourth {
    type Kind;
    fn argument_kind(&self) -> Self::Kind;
}

pub trait ArgumentLast {
    fn argument_kind(&self) -> NoArgumentKind;
}

/// `web::Path`, which needs actix's router.
pub struct ActixPathKind;
/// Extractors of ours, which know the argument's name and add to the list of bad params.
pub struct OwnKind;
/// Any extractor of actix's, or of the user's.
pub struct ExtractorKind;
/// An extractor whose inside cannot be read.
pub struct UnreadableKind<T>(PhantomData<T>);
/// Nothing that can be read from a request.
pub struct NoArgumentKind;

impl<T> ArgumentFirst for &&&&Probe<web::Path<T>> {
    fn argument_kind(&self) -> ActixPathKind {
        ActixPathKind
    }
}

impl<T: OwnExtractor> ArgumentSecond for &&&Probe<T> {
    fn argument_kind(&self) -> OwnKind {
        OwnKind
    }
}

impl<T: FromRequest> ArgumentThird for &&Probe<T> {
    fn argument_kind(&self) -> ExtractorKind {
        ExtractorKind
    }
}

macro_rules! unreadable {
    ($($wrapper:ty),*) => {$(
        impl<T> ArgumentFourth for &Probe<$wrapper> {
            type Kind = UnreadableKind<T>;
            fn argument_kind(&self) -> UnreadableKind<T> {
                UnreadableKind(PhantomData)
            }
        }
    )*};
}

unreadable!(Json<T>, Query<T>, Form<T>, Header<T>, Cookie<T>, web::Json<T>, web::Query<T>, web::Form<T>);

impl<T> ArgumentLast for Probe<T> {
    fn argument_kind(&self) -> NoArgumentKind {
        NoArgumentKind
    }
}

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`web::Path` does not work in a Start route",
    label = "take the params by their names instead, such as `id: u32` for `[id]`",
    note = "Start has its own router; actix's `web::Path` needs actix's"
)]
pub trait ParamsByName {}

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a route",
    label = "not a param of the route's path, and not an extractor",
    note = "an argument is a param of the path by its name, `APIEvent`, `Json<T>`, `Query<T>`, `Form<T>`, `Header<T>`, `Cookie<T>` (where `T` implements `serde::Deserialize`), `Data<T>`, or a type that implements `actix_web::FromRequest`"
)]
pub trait RouteArgument {}

impl ActixPathKind {
    pub fn extract<T: ParamsByName>(
        self,
        _: &Call,
        _: &'static str,
        _: &mut BadParams,
    ) -> Ready<Result<Option<T>, Problem>> {
        ready(Ok(None))
    }
}

impl OwnKind {
    pub async fn extract<T: OwnExtractor>(
        self,
        call: &Call,
        name: &'static str,
        bad: &mut BadParams,
    ) -> Result<Option<T>, Problem> {
        T::own_extract(call, name, bad).await
    }
}

impl ExtractorKind {
    pub async fn extract<T: FromRequest>(
        self,
        call: &Call,
        _: &'static str,
        bad: &mut BadParams,
    ) -> Result<Option<T>, Problem> {
        bad.check()?;
        call.publish();
        let future = call
            .exchange()
            .body
            .borrow_mut()
            .lend(call, std::any::type_name::<T>(), |payload| T::from_request(call.http(), payload));
        future.await.map(Some).map_err(|error| extractor_problem(&error.into()))
    }
}

/// Never implemented: its message is what a user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "it does not implement `serde::Deserialize`",
    note = "add `#[derive(serde::Deserialize)]` to `{Self}`"
)]
pub trait Readable {}

impl<T> UnreadableKind<T> {
    pub fn extract<W>(self, _: &Call, _: &'static str, _: &mut BadParams) -> Ready<Result<Option<W>, Problem>>
    where
        T: Readable,
    {
        ready(Ok(None))
    }
}

impl NoArgumentKind {
    pub fn extract<T: RouteArgument>(
        self,
        _: &Call,
        _: &'static str,
        _: &mut BadParams,
    ) -> Ready<Result<Option<T>, Problem>> {
        ready(Ok(None))
    }
}

/// An extractor of ours.
pub trait OwnExtractor: Sized {
    fn own_extract(
        call: &Call,
        name: &'static str,
        bad: &mut BadParams,
    ) -> impl Future<Output = Result<Option<Self>, Problem>>;
}

impl OwnExtractor for APIEvent {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Some(Self::new(call)))
    }
}

impl<T: DeserializeOwned> OwnExtractor for Query<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(urlencoded::parse(call.http().query_string().as_bytes(), ParamPlace::Query, bad).map(Self))
    }
}

impl<T: DeserializeOwned> OwnExtractor for Header<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::read(call.http(), name, bad))
    }
}

impl<T: DeserializeOwned> OwnExtractor for Cookie<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::read(call.http(), name, bad))
    }
}

impl<T: DeserializeOwned> OwnExtractor for Json<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        Self::extract(call).await.map(Some)
    }
}

impl<T: DeserializeOwned> OwnExtractor for Form<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        Self::extract(call).await.map(Some)
    }
}

// ---- What the docs and the start-up checks say of an argument. ----

pub trait DescribeParamFirst {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str);
}

pub trait DescribeParamSecond {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str);
}

pub trait DescribeParamLast {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str);
}

/// `[[lang]]`: where the segment is there, it is a param like others.
impl<T: FromParam + JsonSchema> DescribeParamFirst for &&Probe<Option<T>> {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T: FromParam + JsonSchema> DescribeParamSecond for &Probe<T> {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T> DescribeParamLast for Probe<T> {
    fn describe_param(&self, docs: &mut Describe<'_>, name: &'static str) {
        docs.path_param_of_any_type::<T>(name);
    }
}

macro_rules! argument_levels {
    ($($level:ident),*) => {$(
        pub trait $level {
            fn describe_argument(&self, docs: &mut Describe<'_>, name: &'static str);
        }
    )*};
}

argument_levels!(
    DescribeArgumentFirst,
    DescribeArgumentSecond,
    DescribeArgumentThird,
    DescribeArgumentFourth,
    DescribeArgumentLast
);

macro_rules! describe {
    ($level:ident $([$($generics:tt)*] $probe:ty => |$docs:ident, $name:ident| $body:expr;)*) => {$(
        impl<$($generics)*> $level for $probe {
            fn describe_argument(&self, $docs: &mut Describe<'_>, $name: &'static str) {
                $body
            }
        }
    )*};
}

describe! { DescribeArgumentFirst
    [T: JsonSchema] &&&&Probe<Header<T>> => |docs, name| docs.params::<T>(ParamPlace::Header, name);
    [T: JsonSchema] &&&&Probe<Cookie<T>> => |docs, name| docs.params::<T>(ParamPlace::Cookie, name);
}

describe! { DescribeArgumentSecond
    [T: Documented] &&&Probe<T> => |docs, _name| T::document(docs);
}

describe! { DescribeArgumentThird
    [T: Documented] &&Probe<Option<T>> => |docs, _name| docs.optional(T::document);
    [T: JsonSchema] &&Probe<web::Json<T>> => |docs, _name| docs.body::<T>(BodyKind::Json);
    [T: JsonSchema] &&Probe<web::Form<T>> => |docs, _name| docs.body::<T>(BodyKind::Form);
    [T: JsonSchema] &&Probe<web::Query<T>> => |docs, _name| docs.params::<T>(ParamPlace::Query, "");
    [T: 'static] &&Probe<web::Data<T>> => |docs, _name| docs.needs_data::<T>();
    [] &&Probe<web::Bytes> => |docs, _name| docs.body_of_any_type::<web::Bytes>(BodyKind::Bytes);
    [] &&Probe<web::Payload> => |docs, _name| docs.body_of_any_type::<web::Payload>(BodyKind::Bytes);
}

describe! { DescribeArgumentFourth
    [T] &Probe<Json<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Json);
    [T] &Probe<web::Json<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Json);
    [T] &Probe<Form<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Form);
    [T] &Probe<web::Form<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Form);
    [T] &Probe<Query<T>> => |docs, _name| docs.params_of_any_type::<T>(ParamPlace::Query, "");
    [T] &Probe<web::Query<T>> => |docs, _name| docs.params_of_any_type::<T>(ParamPlace::Query, "");
    [T] &Probe<Header<T>> => |docs, name| docs.params_of_any_type::<T>(ParamPlace::Header, name);
    [T] &Probe<Cookie<T>> => |docs, name| docs.params_of_any_type::<T>(ParamPlace::Cookie, name);
}

describe! { DescribeArgumentLast
    [T] Probe<T> => |_docs, _name| {};
}

impl<T: JsonSchema> Documented for Json<T> {
    fn document(operation: &mut Describe<'_>) {
        operation.body::<T>(BodyKind::Json);
    }
}

impl<T: JsonSchema> Documented for Form<T> {
    fn document(operation: &mut Describe<'_>) {
        operation.body::<T>(BodyKind::Form);
    }
}

impl<T: JsonSchema> Documented for Query<T> {
    fn document(operation: &mut Describe<'_>) {
        operation.params::<T>(ParamPlace::Query, "");
    }
}
