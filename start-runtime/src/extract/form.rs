//! Forms as browsers send them: `application/x-www-form-urlencoded`.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_core::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::{OwnExtractor, Wraps as _};
use crate::decode::BadParams;
use crate::decode::form::{check_content_type, parse};
use crate::describe::{Documented, Operation};
use crate::kernel::Call;
use crate::kernel::read_body;
use crate::response::Problem;
use schemars::JsonSchema;

/// The body of the request as a form, typed by a struct with serde's `Deserialize`. Repeated fields become a `Vec`.
///
/// Another content type is a 415, a body above the limit a 413, and invalid fields are a 422 that lists all of them.
///
/// ```
/// use start_runtime::{Form, Response, prelude::*};
///
/// #[derive(serde::Deserialize)]
/// struct Login {
///     user: String,
/// }
///
/// #[api_route("/login")]
/// async fn POST(Form(login): Form<Login>) -> Response {
///     Response::redirect("/").cookie(start_runtime::cookie::Cookie::new("userId", login.user))
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(http);
        Box::pin(async move { Ok(Self::extract(&call?).await?.0) })
    }
}

impl<T: DeserializeOwned> Form<T> {
    async fn extract(call: &Call) -> Result<(Self, Bytes), Problem> {
        check_content_type(call.http().headers())?;
        let body = read_body(call, "Form").await?;
        Ok((Self(parse(&body)?), body))
    }
}

impl<T> Deref for Form<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Form<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Form<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::own_extract_with_body(call, name, bad).await?.map(|(form, _)| form))
    }

    async fn own_extract_with_body(
        call: &Call,
        _: &'static str,
        bad: &mut BadParams,
    ) -> Result<Option<(Self, Bytes)>, Problem> {
        bad.check()?;
        Self::extract(call).await.map(Some)
    }
}

impl<T: JsonSchema> Documented for Form<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
