use std::future::ready;
use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::Extracted;
use super::{OwnExtractor, Wraps as _};
use crate::decode::BadParams;
use crate::decode::urlencoded::{self, parse_query};
use crate::describe::{Documented, Operation};
use crate::http::ParamPlace;
use crate::kernel::Call;
use crate::response::Problem;
use schemars::JsonSchema;

/// The query of the URL, typed by a struct with serde's `Deserialize`. Repeated keys become a `Vec`. Use an `Option`
/// for a key that may be missing.
///
/// An invalid query is a 400 that lists every bad parameter.
///
/// ```
/// use start_runtime::{Query, prelude::*};
///
/// #[derive(serde::Deserialize)]
/// struct Page {
///     limit: Option<u32>,
///     #[serde(default)]
///     tag: Vec<String>,
/// }
///
/// #[api_route("/api/search")]
/// async fn GET(Query(page): Query<Page>) -> String {
///     format!("{} of {:?}", page.limit.unwrap_or(20), page.tag)
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(http.query_string()).map(Self))
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Query<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Query<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(urlencoded::parse(call.http().query_string().as_bytes(), ParamPlace::Query, bad).map(Self))
    }
}

impl<T: JsonSchema> Documented for Query<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
