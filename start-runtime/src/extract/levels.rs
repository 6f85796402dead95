//! How an argument's type is read, without a trait that users implement; see `response::levels`.

use actix_web::FromRequest;
use actix_web::web;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::marker::PhantomData;

use super::{Cookie, Form, Header, Json, Query};
use crate::decode::{BadParams, urlencoded};
use crate::event::APIEvent;
use crate::http::ParamPlace;
use crate::kernel::Call;
#[cfg(feature = "multipart")]
use crate::multipart::Multipart;
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

#[cfg(feature = "multipart")]
unreadable!(Multipart<T>);

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
    note = "an argument is a param of the path by its name, `APIEvent`, `Json<T>`, `Query<T>`, `Form<T>`, `Multipart<T>`, `Header<T>`, `Cookie<T>` (where `T` implements `serde::Deserialize`), `Data<T>`, or a type that implements `actix_web::FromRequest`"
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

#[cfg(feature = "multipart")]
impl<T: DeserializeOwned> OwnExtractor for Multipart<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        Self::extract(call).await.map(Some)
    }
}
