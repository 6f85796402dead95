//! Webhooks and work that is done once, in a program of their own.

#[path = "../behaviour/documented.rs"]
mod documented;

mod logs;
mod once;
mod once_stores;
mod refusals;
mod schemes;
mod starting;
mod typed;

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::test::{TestApp, TestRequest, app_with};
use start_runtime::webhook::{
    Delivery, Encoding, GitHub, Slack, StandardWebhooks, Stripe, Svix, Unverified, Webhook, WebhookScheme,
    WebhookSecrets,
};
use start_runtime::{Response, json, prelude::*};

/// An event of Stripe.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, JsonSchema)]
struct Event {
    id: String,
    amount: u32,
}

#[api_route(POST, "/stripe")]
async fn stripe(hook: Webhook<Stripe, Event>) -> Event {
    hook.into_event()
}

/// The same by a call, with answers of its own.
#[api_route(POST, "/stripe/called")]
async fn called(event: APIEvent) -> Response {
    match event.webhook::<Stripe, Event>().await {
        Ok(hook) => json!({ "id": hook.delivery_id(), "event": hook.id, "length": hook.body().len() }),
        Err(error) if error.is_missing() => Response::error(400, "Missing signature"),
        Err(error) if error.is_invalid() => Response::error(400, "Invalid signature"),
        Err(error) if error.is_unreadable() => Response::error(400, "Unreadable"),
        Err(error) => error.into_problem().into(),
    }
}

/// HMAC-SHA256 of the body, in base64.
struct Shop;

impl WebhookScheme for Shop {
    const NAME: &'static str = "Shop";
    const SIGNATURE: &'static str = "X-Shop-Hmac";

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let signature = delivery.header(Self::SIGNATURE)?;
        delivery.check_hmac_sha256(&[delivery.body()], Encoding::Base64, [signature])
    }
}

const STRIPE: &str = "whsec_of_the_tests";
const STANDARD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const GITHUB: &str = "It's a Secret to Everybody";
const OTHER: &str = "the secret of another";

/// The program, with all senders.
fn set_up(start: Start) -> Start {
    start
        .data(once::Begun::default())
        .webhook::<Stripe>(WebhookSecrets::new("whsec_a_new_one").or(STRIPE))
        .webhook::<StandardWebhooks>(WebhookSecrets::new(STANDARD))
        .webhook::<Svix>(WebhookSecrets::new(STANDARD))
        .webhook::<GitHub>(WebhookSecrets::new(GITHUB))
        .webhook::<Slack>(WebhookSecrets::new(OTHER))
        .webhook::<Shop>(WebhookSecrets::new(OTHER))
        .webhook::<schemes::Reversed>(WebhookSecrets::new(OTHER))
}

fn app() -> TestApp {
    app_with(set_up(Start::new()))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn hmac(key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    pieces.iter().for_each(|piece| hmac.update(piece));
    hmac.finalize().into_bytes().to_vec()
}

/// The header of Stripe.
fn signed(secret: &str, time: u64, body: &str) -> String {
    let signature = hmac(secret.as_bytes(), &[format!("{time}.").as_bytes(), body.as_bytes()]);
    format!("t={time},v1={}", hex::encode(signature))
}

/// A delivery of Stripe.
fn deliver(app: &TestApp, path: &str, body: &str) -> TestRequest {
    app.post(path).header("stripe-signature", signed(STRIPE, now(), body)).body(body.to_owned())
}

const EVENT: &str = r#"{"id":"evt_1","amount":5}"#;
