//! JSON bodies, in and out (RFC 8259).

use std::ops::{Deref, DerefMut};

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder};
use futures_core::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{OwnExtractor, Wraps as _};
use crate::decode::BadParams;
use crate::decode::json::{check_content_type, parse};
use crate::describe::{Documented, Operation};
use crate::kernel::Call;
use crate::kernel::read_body;
use crate::response::{Problem, Response};
use actix_web::web::Bytes;
use schemars::JsonSchema;

/// JSON: as an argument, the body of the request; as a returned value, the response.
///
/// A request without a JSON content type is a 415, and a body above the limit a 413. A body that is not JSON is a 400
/// with line and column; JSON that is not a `T` is a 422 with a JSON pointer (RFC 6901).
///
/// ```
/// use start_runtime::prelude::*;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Spell {
///     name: String,
/// }
///
/// #[api_route("/api/spells", status = 201)]
/// async fn POST(Json(spell): Json<Spell>) -> Json<Spell> {
///     Json(spell)
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(http);
        Box::pin(async move { Ok(Self::extract(&call?).await?.0) })
    }
}

impl<T: DeserializeOwned> Json<T> {
    async fn extract(call: &Call) -> Result<(Self, Bytes), Problem> {
        check_content_type(call.http().headers())?;
        let body = read_body(call, "Json").await?;
        Ok((Self(parse(&body)?), body))
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        Response::json(self.0).into()
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned> OwnExtractor for Json<T> {
    async fn own_extract(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Self::own_extract_with_body(call, name, bad).await?.map(|(value, _)| value))
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

impl<T: JsonSchema> Documented for Json<T> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}
