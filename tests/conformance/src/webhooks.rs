//! Webhooks, for senders that sign with the libraries of their vendors: `clients/webhooks.mjs`.

use std::env;

use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::Value;
use start_runtime::webhook::{
    GitHub, Payload, Slack, StandardWebhooks, Stripe, Svix, Webhook, WebhookError, WebhookSecrets,
};
use start_runtime::{Response, prelude::*};

/// Sets up all senders, with the secrets of the environment, or those that the clients use.
pub fn set_up(start: Start) -> Start {
    let secrets = |names: &[&str], default: &str| {
        let given = names.iter().find(|name| env::var_os(name).is_some());
        given.map_or_else(
            || WebhookSecrets::new(default),
            |name| WebhookSecrets::from_env(name).unwrap_or_else(|error| panic!("{error}")),
        )
    };
    const STANDARD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    start
        .webhook::<Stripe>(secrets(&["STRIPE_WEBHOOK_SECRET"], "whsec_test_secret"))
        .webhook::<StandardWebhooks>(secrets(&["STANDARD_WEBHOOK_SECRET"], STANDARD))
        .webhook::<Svix>(secrets(&["SVIX_WEBHOOK_SECRET", "STANDARD_WEBHOOK_SECRET"], STANDARD))
        .webhook::<GitHub>(secrets(&["GITHUB_WEBHOOK_SECRET"], "It's a Secret to Everybody"))
        .webhook::<Slack>(secrets(&["SLACK_SIGNING_SECRET"], "8f742231b10e8888abcd99yyyzzz85a5"))
}

#[derive(Serialize, JsonSchema)]
struct Received {
    received: bool,
}

const RECEIVED: Received = Received { received: true };

/// The answer that the clients expect.
fn refused(error: WebhookError) -> Response {
    match error.status() == 400 {
        true => Response::error(400, "Invalid signature"),
        false => error.into_problem().into(),
    }
}

#[api_route(POST, "/api/webhooks/stripe")]
async fn stripe(hook: Result<Webhook<Stripe, Value>, WebhookError>) -> Result<Received, Response> {
    match hook {
        Ok(_) => Ok(RECEIVED),
        Err(error) if error.is_missing() => Err(Response::error(400, "Missing signature")),
        Err(error) => Err(refused(error)),
    }
}

#[api_route(POST, "/api/webhooks/standard")]
async fn standard(hook: Result<Webhook<StandardWebhooks, Value>, WebhookError>) -> Result<Received, Response> {
    hook.map(|_| RECEIVED).map_err(refused)
}

#[api_route(POST, "/api/webhooks/svix")]
async fn svix(hook: Result<Webhook<Svix, Value>, WebhookError>) -> Result<Received, Response> {
    hook.map(|_| RECEIVED).map_err(refused)
}

#[api_route(POST, "/api/webhooks/github")]
async fn github(hook: Result<Webhook<GitHub, Payload>, WebhookError>) -> Result<Received, Response> {
    hook.map(|_| RECEIVED).map_err(refused)
}

/// The form of a slash command, or the JSON of an event.
#[api_route(POST, "/api/webhooks/slack")]
async fn slack(hook: Result<Webhook<Slack, Value>, WebhookError>) -> Result<Json<Value>, Response> {
    hook.map(|hook| Json(hook.into_event())).map_err(refused)
}
