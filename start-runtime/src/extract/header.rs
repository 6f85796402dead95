use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::ready;

use super::Extracted;
use super::{OwnExtractor, Wraps as _};
use crate::decode::{BadParams, named};
use crate::describe::{Documented, Operation};
use crate::http::ParamPlace;
use crate::kernel::Call;
use crate::response::Problem;
use schemars::JsonSchema;

/// A header, named by the argument (`user_agent` is `User-Agent`), or a struct with a field for each header. Take an
/// `Option` if the header may be missing, and a `Vec` if it may be repeated.
///
/// A missing or invalid value is a 400 that names the header.
///
/// ```
/// use start_runtime::{Header, prelude::*};
///
/// #[api_route("/api/agent")]
/// async fn GET(Header(user_agent): Header<Option<String>>) -> String {
///     user_agent.unwrap_or_else(|| "nobody".into())
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header<T>(pub T);

impl<T: DeserializeOwned> Header<T> {
    pub(crate) fn read(http: &HttpRequest, name: &str, bad: &mut BadParams) -> Option<Self> {
        named::read(http.headers(), name, bad).map(Self)
    }
}

impl named::NamedValues for HeaderMap {
    const PLACE: ParamPlace = ParamPlace::Header;

    fn wire_name(name: &str) -> String {
        name.replace('_', "-").to_ascii_lowercase()
    }

    fn spellings(wire_name: &str) -> Vec<String> {
        let mut begins = true;
        let capital = |char: char| {
            let shown = if begins { char.to_ascii_uppercase() } else { char };
            begins = char == '-';
            shown
        };
        vec![wire_name.replace('-', "_"), wire_name.to_owned(), wire_name.chars().map(capital).collect()]
    }

    fn values(&self, wire_name: &str) -> Vec<String> {
        self.get_all(wire_name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    fn all(&self) -> Vec<(String, String)> {
        self.iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect()
    }
}

/// Inside an extractor of your own, no argument names the header: take a struct.
impl<T: DeserializeOwned> FromRequest for Header<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut bad = BadParams::new();
        ready(Self::read(http, "", &mut bad).ok_or_else(|| bad.into_problem()))
    }
}

impl<T> Deref for Header<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Header<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::read(call.http(), name, bad))
    }
}

/// Inside another type, no argument names the header: the fields of a struct do.
impl<T: JsonSchema> Documented for Header<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
