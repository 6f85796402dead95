//! Forms as browsers send them: `application/x-www-form-urlencoded`.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use futures_core::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::bad_params::BadParams;
use super::urlencoded;
use crate::event::{Call, check_encoding};
use crate::http::ParamPlace;
use crate::response::Problem;

/// The body of the request as a form, typed by a struct with serde's `Deserialize`. Repeated fields
/// give a `Vec`.
///
/// Another content type is a 415, a body over the limit a 413, and fields that do not fit are a 422
/// that lists all of them.
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

/// 415 for anything but a form.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM) {
        return check_encoding(headers);
    }
    Err(super::json::wrong_content_type(value, FORM))
}

pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut bad = BadParams::new();
    urlencoded::parse(body, ParamPlace::Form, &mut bad).ok_or_else(|| bad.into_problem())
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(http);
        Box::pin(async move { Self::extract(&call?).await })
    }
}

impl<T: DeserializeOwned> Form<T> {
    pub(crate) async fn extract(call: &Call) -> Result<Self, Problem> {
        check_content_type(call.http().headers())?;
        parse(&crate::event::read_body(call, "Form").await?).map(Self)
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
