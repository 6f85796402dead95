//! `Session<T>` as an argument, and in the document.

use std::sync::{PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_core::future::LocalBoxFuture;

use super::event::{self, HOW};
use super::handle::{Session, SessionData};
use super::settings::IsSetUp;
use crate::decode::BadParams;
use crate::describe::{Documented, Need, Operation, SecurityScheme};
use crate::extract::OwnExtractor;
use crate::kernel::Call;
use crate::response::Problem;

/// The name of the security scheme.
const SCHEME: &str = "session";

/// The cookie of the default sessions. Types document themselves, and know no program: this is what the last one that was
/// set up has said.
static COOKIE: RwLock<Option<String>> = RwLock::new(None);

/// Remembers the cookie for the document.
pub fn remember(cookie: &str) {
    *COOKIE.write().unwrap_or_else(PoisonError::into_inner) = Some(cookie.to_owned());
}

fn scheme() -> SecurityScheme {
    let cookie = COOKIE.read().unwrap_or_else(PoisonError::into_inner);
    SecurityScheme::cookie(SCHEME, cookie.as_deref().unwrap_or("session"))
}

impl<T: SessionData> OwnExtractor for Session<T> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        event::of(call, None).await.map(Some)
    }
}

/// Lets extractors of your own start from a session.
impl<T: SessionData> FromRequest for Session<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(http);
        Box::pin(async move { event::of(&call?, None).await })
    }
}

/// The cookie is no condition: without it, the session is empty.
impl<T: SessionData> Documented for Session<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.optional(|operation| operation.security(scheme()));
        operation.takes_session = true;
        operation.needs.push(Need {
            what: "Session",
            cure: Some(HOW),
            present: |http| http.app_data::<Data<IsSetUp>>().is_some(),
            by: None,
        });
    }
}
