//! Webhooks: requests that another program signs with a secret that both know.
//!
//! A handler takes [`Webhook<Stripe, Event>`](Webhook), and
//! [`Start::webhook`](crate::Start::webhook) has the secret. [`APIEvent::once`](crate::APIEvent::once) does the work of a
//! delivery once. A sender that is not here is a [`WebhookScheme`] of yours.

pub use super::delivery::{Delivery, Encoding};
pub use super::event::WebhookError;
pub use super::extract::{Payload, Webhook, WebhookEvent};
pub use super::once::memory::InMemory;
#[cfg(feature = "redis")]
pub use super::once::redis::RedisOnce;
#[cfg(feature = "webhook-sqlite")]
pub use super::once::sqlite::SqliteOnce;
pub use super::once::store::{Claim, OnceError, OnceFuture, OnceStore};
pub use super::scheme::WebhookScheme;
pub use super::schemes::{GitHub, Slack, StandardWebhooks, Stripe, Svix};
pub use super::secrets::WebhookSecrets;
pub use super::unverified::Unverified;
