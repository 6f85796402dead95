//! The webhook of an event.

use std::fmt;
use std::sync::Arc;

use actix_web::HttpMessage as _;
use actix_web::http::StatusCode;

use super::config::{Config, Configs};
use super::extract::{self, Webhook, WebhookEvent};
use super::scheme::WebhookScheme;
use super::unverified::Unverified;
use crate::event::APIEvent;
use crate::kernel::Call;
use crate::response::Problem;

/// Webhooks.
impl APIEvent {
    /// Verifies a delivery of this sender, and reads its event. [`Webhook`] is the same as an argument.
    ///
    /// ```
    /// use start_runtime::webhook::Stripe;
    /// use start_runtime::{Response, json, prelude::*};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Event {
    ///     r#type: String,
    /// }
    ///
    /// #[api_route("/api/webhooks/stripe")]
    /// async fn POST(event: APIEvent) -> Response {
    ///     match event.webhook::<Stripe, Event>().await {
    ///         Ok(hook) => json!({ "received": hook.r#type }),
    ///         Err(error) if error.is_missing() => Response::error(400, "Missing signature"),
    ///         Err(error) if error.is_invalid() => Response::error(400, "Invalid signature"),
    ///         Err(error) => error.into_problem().into(),
    ///     }
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// A test of a handler alone leaves the secrets with its event: `test::event("/").local(WebhookSecrets::new("…"))`.
    ///
    /// # Errors
    /// - 400 if the signature is missing or does not hold, or if what was signed is no `E`
    /// - 413 if the body is above the limit
    /// - 500 if this sender is not set up, or the body was read before
    pub async fn webhook<S: WebhookScheme, E: WebhookEvent>(&self) -> Result<Webhook<S, E>, WebhookError> {
        extract::read(self.request.call(), "event.webhook()").await.map_err(WebhookError::from)
    }
}

/// What the program knows of a sender.
pub fn config<S: WebhookScheme>(call: &Call) -> Result<Arc<Config>, Problem> {
    let known = call.exchange().worker.app.state.get::<Configs>().and_then(Configs::get::<S>);
    if let Some(known) = known {
        return Ok(known);
    }
    // The event of a test belongs to no program.
    let secrets = call.http().extensions().get::<super::secrets::WebhookSecrets>().cloned();
    let mut own = Configs::default();
    if let Some(secrets) = secrets {
        own.add::<S>(&secrets, super::config::TOLERANCE);
        own.check().map_err(Problem::internal)?;
    }
    own.get::<S>().ok_or_else(|| Problem::internal(format!("webhooks of {} are not set up: {}", S::NAME, how::<S>())))
}

/// What to write where a sender is missing.
pub fn how<S: WebhookScheme>() -> String {
    let path = std::any::type_name::<S>();
    let name = path.rsplit("::").next().unwrap_or(path);
    let variable: String = S::NAME.to_uppercase().split(|char: char| !char.is_ascii_alphanumeric()).collect();
    format!("`Start::new().webhook::<{name}>(WebhookSecrets::from_env(\"{variable}_WEBHOOK_SECRET\")?)`")
}

/// Why a request is not taken for a delivery: the argument `Result<Webhook<Stripe, Event>, WebhookError>`, and the error of
/// [`APIEvent::webhook`]. `?` turns it into its problem.
pub struct WebhookError(Problem);

impl WebhookError {
    /// Whether the request has no signature: the header is absent or empty.
    pub fn is_missing(&self) -> bool {
        self.unverified().is_some_and(Unverified::is_missing)
    }

    /// Whether there is a signature that does not hold: it is malformed, too old, or of another secret or body.
    pub fn is_invalid(&self) -> bool {
        self.unverified().is_some_and(|unverified| !unverified.is_missing())
    }

    /// Whether the signature holds, and what was signed is not of the expected type.
    pub fn is_unreadable(&self) -> bool {
        self.0.status() == 400 && self.unverified().is_none()
    }

    /// The status of its problem: 400; 413 if the body is above the limit; 500 if the program cannot verify.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The answer, if the handler chooses none of its own.
    pub fn into_problem(self) -> Problem {
        self.0
    }

    fn unverified(&self) -> Option<&Unverified> {
        self.0.source()?.downcast_ref()
    }
}

impl From<Problem> for WebhookError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        error.0
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
