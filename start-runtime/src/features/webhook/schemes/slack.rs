use crate::features::webhook::delivery::{Delivery, Encoding};
use crate::features::webhook::scheme::WebhookScheme;
use crate::features::webhook::unverified::Unverified;

/// Slack: `X-Slack-Signature: v0=a2114d…` and `X-Slack-Request-Timestamp`, with an HMAC-SHA256 of the version, the time and
/// the body ([docs](https://docs.slack.dev/authentication/verifying-requests-from-slack)).
///
/// The secret is the app's signing secret. Slash commands are forms, and interactions a form whose `payload` is JSON: both
/// are read as the event.
pub struct Slack;

const TIME: &str = "X-Slack-Request-Timestamp";

impl WebhookScheme for Slack {
    const NAME: &'static str = "Slack";
    const SIGNATURE: &'static str = "X-Slack-Signature";
    const OTHER_HEADERS: &'static [&'static str] = &[TIME];

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let header = delivery.header(Self::SIGNATURE)?;
        let time = delivery.header(TIME).map_err(|_| Unverified::invalid(format!("the header `{TIME}` is missing")))?;
        let signature = header.strip_prefix("v0=").ok_or_else(|| Unverified::invalid("the header is not `v0=…`"))?;
        delivery.check_time(time)?;
        delivery.check_hmac_sha256(&[b"v0:", time.as_bytes(), b":", delivery.body()], Encoding::Hex, [signature])
    }

    fn key(secret: &str) -> Result<Vec<u8>, String> {
        if secret.starts_with("xox") || secret.starts_with("xapp") {
            return Err(
                "it is a token. Write the signing secret of the app, which Slack shows under Basic Information"
                    .to_owned(),
            );
        }
        Ok(secret.as_bytes().to_vec())
    }
}
