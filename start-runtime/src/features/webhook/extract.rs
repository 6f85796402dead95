//! `Webhook<S, E>` as an argument.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

use super::delivery::Delivery;
use super::event;
use super::scheme::WebhookScheme;
use super::unverified::Unverified;
use crate::decode::{BadParams, form, json};
use crate::extract::OwnExtractor;
use crate::kernel::{Call, read_body};
use crate::response::Problem;

/// A delivery of the sender `S` that was verified, with its event, as an argument of a handler or by
/// [`APIEvent::webhook`](crate::APIEvent::webhook). It derefs to the event.
///
/// ```
/// use start_runtime::prelude::*;
/// use start_runtime::webhook::{Stripe, Webhook};
///
/// #[derive(serde::Deserialize)]
/// struct Event {
///     id: String,
///     r#type: String,
/// }
///
/// #[api_route("/api/webhooks/stripe")]
/// async fn POST(Webhook { event, .. }: Webhook<Stripe, Event>) -> String {
///     format!("{}: {}", event.id, event.r#type)
/// }
/// # fn main() {}
/// ```
///
/// A request without a good signature is a 400, whatever is wrong with it, and so is a body that is no `E`. A body above
/// the limit (`body_limit` of the route, or else [`Start::body_limit`](crate::Start::body_limit)) is a 413. To choose these
/// answers yourself, take `Result<Webhook<S, E>, WebhookError>`.
///
/// The event is read from JSON, whatever the content type says. Where the body is a form, as senders may be told to
/// send it, the event is the JSON in its field `payload`, or the form itself. [`Payload`] in the place of `E` takes the bytes.
pub struct Webhook<S: WebhookScheme, E> {
    /// What was sent.
    pub event: E,
    delivery_id: Option<String>,
    body: Bytes,
    scheme: PhantomData<fn() -> S>,
}

/// What a delivery can be read as: every type that serde can read, and [`Payload`].
pub trait WebhookEvent: Sized {
    /// Reads the body, which was verified.
    ///
    /// # Errors
    /// Returns a problem that says where the body is no such event. The client gets it with the status 400.
    fn read(body: &Bytes, headers: &HeaderMap) -> Result<Self, Problem>;
}

/// The body of a delivery as it was sent and signed, of any format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(pub Bytes);

impl WebhookEvent for Payload {
    fn read(body: &Bytes, _: &HeaderMap) -> Result<Self, Problem> {
        Ok(Self(body.clone()))
    }
}

impl<T: DeserializeOwned> WebhookEvent for T {
    fn read(body: &Bytes, headers: &HeaderMap) -> Result<Self, Problem> {
        if !is_form(headers) {
            return json::parse(body);
        }
        let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
        payload.map_or_else(|| form::parse(body), |(_, json): (_, Cow<'_, str>)| json::parse(json.as_bytes()))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Verifies a delivery and reads its event. `reader` is the name that a second read of the body reports.
pub async fn read<S: WebhookScheme, E: WebhookEvent>(
    call: &Call,
    reader: &'static str,
) -> Result<Webhook<S, E>, Problem> {
    let config = event::config::<S>(call)?;
    let headers = call.http().headers();
    if !S::is_signed(headers) {
        return Err(refused::<S>(call, Unverified::missing(S::SIGNATURE)));
    }
    let body = read_body(call, reader).await?;
    let delivery = Delivery::new(headers, &body, &config.keys, config.tolerance);
    S::verify(&delivery).map_err(|unverified| refused::<S>(call, unverified))?;
    let event = E::read(&body, headers).map_err(|problem| {
        tracing::warn!(
            target: "start_runtime::webhook",
            "{} {}: a delivery of {} is no `{}`: {problem}",
            call.http().method(), call.http().path(), S::NAME, std::any::type_name::<E>()
        );
        problem.with_status(400)
    })?;
    let delivery_id = S::id(&delivery).map(str::to_owned);
    Ok(Webhook { event, delivery_id, body, scheme: PhantomData })
}

/// A 400. The log says it as well: at first, it is mostly the program that has another secret than its sender.
#[cold]
fn refused<S: WebhookScheme>(call: &Call, unverified: Unverified) -> Problem {
    tracing::info!(
        target: "start_runtime::webhook",
        "{} {}: no delivery of {}: {unverified}",
        call.http().method(), call.http().path(), S::NAME
    );
    Problem::bad_request(unverified.to_string()).caused_by(unverified)
}

impl<S: WebhookScheme, E> Webhook<S, E> {
    /// The event alone.
    pub fn into_event(self) -> E {
        self.event
    }

    /// The id of the delivery, if a header has it: the same when the sender tries again. Stripe's is in the event. GitHub
    /// does not sign it, so whoever has caught a delivery can send it again under another id.
    pub fn delivery_id(&self) -> Option<&str> {
        self.delivery_id.as_deref()
    }

    /// The body as it was sent.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl<S: WebhookScheme, E> Deref for Webhook<S, E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.event
    }
}

impl<S: WebhookScheme, E: fmt::Debug> fmt::Debug for Webhook<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("from", &S::NAME)
            .field("delivery_id", &self.delivery_id)
            .field("event", &self.event)
            .finish()
    }
}

impl<S: WebhookScheme, E: WebhookEvent> OwnExtractor for Webhook<S, E> {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        read(call, "Webhook").await.map(Some)
    }
}
