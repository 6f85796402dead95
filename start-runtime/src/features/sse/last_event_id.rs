use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::decode::BadParams;
use crate::describe::{Documented, Operation};
use crate::event::APIEvent;
use crate::extract::OwnExtractor;
use crate::kernel::Call;
use crate::response::Problem;

/// The id of the last event that a client has seen, as an argument of a handler: clients of event streams send it when they
/// connect again (`Last-Event-ID`; WHATWG HTML, section 9.2.4).
///
/// `None` if the client connects for the first time, and also if what it sends is not a `T`: ids are a promise of the
/// server to itself, and whoever sends another one begins anew.
///
/// ```
/// use futures_util::{StreamExt, stream};
/// use start_runtime::{LastEventId, Response, ServerEvent, prelude::*};
///
/// /// Counts, and goes on where the client left off.
/// #[api_route("/api/numbers")]
/// async fn GET(LastEventId(last): LastEventId<u64>) -> Response {
///     let next = last.map_or(0, |last| last.saturating_add(1));
///     Response::events(stream::iter(next..100).map(|number| ServerEvent::json(number).id(number)))
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastEventId<T = String>(pub Option<T>);

impl<T: FromStr> LastEventId<T> {
    fn of(http: &HttpRequest) -> Self {
        Self(text(http).and_then(|text| text.parse().ok()))
    }
}

/// An empty id is none (WHATWG HTML, section 9.2.3).
fn text(http: &HttpRequest) -> Option<&str> {
    let value = http.headers().get("last-event-id")?;
    // Clients send UTF-8, which is more than visible ASCII.
    std::str::from_utf8(value.as_bytes()).ok().filter(|text| !text.is_empty())
}

impl APIEvent {
    /// The id of the last event that a client of an event stream has seen, as it sends it when it connects again.
    /// [`LastEventId`] reads it as another type.
    pub fn last_event_id(&self) -> Option<String> {
        text(self.request.http()).map(str::to_owned)
    }
}

impl<T: FromStr> OwnExtractor for LastEventId<T> {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        Ok(Some(Self::of(call.http())))
    }
}

/// Lets extractors of your own start from it.
impl<T: FromStr> FromRequest for LastEventId<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(http)))
    }
}

impl<T> Documented for LastEventId<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.header::<Option<String>>("Last-Event-ID", "The id of the last event that the client has seen");
    }
}
