//! Events of Stripe, and why a request is not taken for one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::{HttpResponse, ResponseError};
use start_runtime::openapi::{Documented, OpenApi, Operation};
use start_runtime::serde_json::Value;
use start_runtime::webhook::{WebhookError, WebhookSecrets};
use start_runtime::{Problem, Response, StatusCode};

const VARIABLE: &str = "STRIPE_WEBHOOK_SECRET";

/// The secret that Stripe signs with. While somebody tries the program out, it is one that everybody knows; a program that
/// is built for release knows none then, and takes nothing for an event.
pub fn secrets() -> WebhookSecrets {
    WebhookSecrets::from_env(VARIABLE).unwrap_or_else(|_| {
        if cfg!(debug_assertions) {
            return WebhookSecrets::new("whsec_test_secret");
        }
        eprintln!("{VARIABLE} is not set: events of Stripe are refused");
        WebhookSecrets::random()
    })
}

/// What has happened, as Stripe says it.
#[derive(Deserialize, JsonSchema)]
pub struct Event {
    pub id: Option<String>,
    pub r#type: Option<String>,
    pub data: Option<EventData>,
}

/// What an event is about.
#[derive(Deserialize, JsonSchema)]
pub struct EventData {
    pub object: Value,
}

/// Why an event is not taken.
#[derive(Debug)]
pub enum StripeError {
    Unverified(WebhookError),
    Database(sqlx::Error),
}

/// The response for what is no event of Stripe.
#[derive(Serialize, JsonSchema)]
struct Refusal {
    error: &'static str,
}

impl ResponseError for StripeError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unverified(error) => error.status(),
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let error = match self {
            Self::Unverified(error) if error.is_missing() => "Missing signature",
            Self::Unverified(error) if error.status() == 400 => "Invalid signature",
            // Without a body: Start answers with a problem, and the text is logged.
            _ => return HttpResponse::new(self.status_code()),
        };
        Response::json(Refusal { error }).status(400).into()
    }
}

impl Documented for StripeError {
    fn document(operation: &mut Operation<'_>) {
        operation.response(400, "It is no event of Stripe").json::<Refusal>();
        operation.response(413, "It is too large").problem();
    }
}

impl fmt::Display for StripeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unverified(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl From<WebhookError> for StripeError {
    fn from(error: WebhookError) -> Self {
        Self::Unverified(error)
    }
}

impl From<Problem> for StripeError {
    fn from(problem: Problem) -> Self {
        Self::Unverified(problem.into())
    }
}

impl From<sqlx::Error> for StripeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Names for clients.
#[start_runtime::openapi]
fn names(document: &mut OpenApi) {
    document.schema_name::<Refusal>("StripeRefusal");
    document.schema_name::<Event>("StripeEvent");
}
