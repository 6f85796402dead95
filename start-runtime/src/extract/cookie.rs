use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::ready;

use super::Extracted;
use super::{OwnExtractor, Wraps as _};
use crate::decode::{BadParams, named};
use crate::describe::{Documented, Operation};
use crate::http::ParamPlace;
use crate::http::cookies::pairs as cookie_pairs;
use crate::kernel::Call;
use crate::response::Problem;
use schemars::JsonSchema;

/// A cookie, named by the argument, or a struct with a field for each cookie (rename fields with serde if a cookie's
/// name is not a Rust name). Take an `Option` if the cookie may be missing.
///
/// A missing or invalid value is a 400 that names the cookie.
///
/// ```
/// use start_runtime::{Cookie, prelude::*};
///
/// #[api_route("/api/theme")]
/// async fn GET(Cookie(theme): Cookie<Option<String>>) -> String {
///     theme.unwrap_or_else(|| "light".into())
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cookie<T>(pub T);

impl<T: DeserializeOwned> Cookie<T> {
    pub(crate) fn read(http: &HttpRequest, name: &str, bad: &mut BadParams) -> Option<Self> {
        named::read(http, name, bad).map(Self)
    }
}

impl named::NamedValues for HttpRequest {
    const PLACE: ParamPlace = ParamPlace::Cookie;

    fn wire_name(name: &str) -> String {
        name.to_owned()
    }

    fn spellings(wire_name: &str) -> Vec<String> {
        vec![wire_name.to_owned()]
    }

    fn values(&self, wire_name: &str) -> Vec<String> {
        cookie_pairs(self.headers())
            .filter(|cookie| cookie.name() == wire_name)
            .map(|cookie| cookie.value().to_owned())
            .collect()
    }

    fn all(&self) -> Vec<(String, String)> {
        cookie_pairs(self.headers()).map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect()
    }
}

/// Inside an extractor of your own, no argument names the cookie: take a struct.
impl<T: DeserializeOwned> FromRequest for Cookie<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut bad = BadParams::new();
        ready(Self::read(http, "", &mut bad).ok_or_else(|| bad.into_problem()))
    }
}

impl<T> Deref for Cookie<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Cookie<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::read(call.http(), name, bad))
    }
}

/// Inside another type, no argument names the cookie: the fields of a struct do.
impl<T: JsonSchema> Documented for Cookie<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
