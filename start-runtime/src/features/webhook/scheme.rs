//! How a sender signs.

use actix_web::http::header::HeaderMap;

use super::delivery::Delivery;
use super::unverified::Unverified;

/// How a sender signs its deliveries: [`Stripe`](super::public::Stripe) and its siblings, or one of yours.
///
/// ```
/// use start_runtime::prelude::*;
/// use start_runtime::webhook::{Delivery, Encoding, Unverified, Webhook, WebhookScheme};
///
/// /// HMAC-SHA256 of the body, in base64.
/// struct Shopify;
///
/// impl WebhookScheme for Shopify {
///     const NAME: &'static str = "Shopify";
///     const SIGNATURE: &'static str = "X-Shopify-Hmac-Sha256";
///
///     fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
///         let signature = delivery.header(Self::SIGNATURE)?;
///         delivery.check_hmac_sha256(&[delivery.body()], Encoding::Base64, [signature])
///     }
/// }
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     id: u64,
/// }
///
/// #[api_route("/api/webhooks/shopify")]
/// async fn POST(order: Webhook<Shopify, Order>) -> String {
///     format!("order {}", order.id)
/// }
/// # fn main() {}
/// ```
///
/// Two accounts at one sender, with secrets of their own, are two types: one of them calls `Stripe::verify(delivery)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how webhooks are signed",
    label = "not a `WebhookScheme`",
    note = "write `Webhook<Stripe, Event>`, with one of `start_runtime::webhook::{{Stripe, StandardWebhooks, Svix, GitHub, Slack}}`, or implement `start_runtime::webhook::WebhookScheme` for `{Self}`"
)]
pub trait WebhookScheme: Sized + 'static {
    /// The sender, for people: `Stripe`.
    const NAME: &'static str;
    /// The header with the signature. A request without it, or with an empty one, is refused before its body is read.
    const SIGNATURE: &'static str;
    /// Other headers that the signature needs, for the document.
    const OTHER_HEADERS: &'static [&'static str] = &[];

    /// Verifies a delivery.
    ///
    /// # Errors
    /// Returns the reason why it is none. The client gets a 400.
    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified>;

    /// The bytes of the key that a secret stands for. It is called when the program starts.
    ///
    /// # Errors
    /// Returns the reason why the secret is none of this sender, which must not have the secret in it: the program does not
    /// start then.
    fn key(secret: &str) -> Result<Vec<u8>, String> {
        Ok(secret.as_bytes().to_vec())
    }

    /// The id of a delivery, if a header has it. It is the same when the sender tries again.
    fn id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
        let _ = delivery;
        None
    }

    /// Whether the headers have a signature.
    fn is_signed(headers: &HeaderMap) -> bool {
        has(headers, Self::SIGNATURE)
    }
}

/// Whether a header is there and is not empty.
pub fn has(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(name).any(|value| !value.as_bytes().trim_ascii().is_empty())
}
