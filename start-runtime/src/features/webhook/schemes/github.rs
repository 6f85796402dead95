use crate::features::webhook::delivery::{Delivery, Encoding};
use crate::features::webhook::scheme::WebhookScheme;
use crate::features::webhook::unverified::Unverified;

/// GitHub: `X-Hub-Signature-256: sha256=757107…`, with an HMAC-SHA256 of the body
/// ([docs](https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries)). The old header with SHA-1 is
/// not read.
///
/// GitHub does not sign a time, so a delivery that somebody has caught can be sent again: [`once`](crate::APIEvent::once)
/// by something in the body. A body has 25 MB at most, which is more than a program reads unless `body_limit` says so.
pub struct GitHub;

impl WebhookScheme for GitHub {
    const NAME: &'static str = "GitHub";
    const SIGNATURE: &'static str = "X-Hub-Signature-256";

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let header = delivery.header(Self::SIGNATURE)?;
        let signature =
            header.strip_prefix("sha256=").ok_or_else(|| Unverified::invalid("the header is not `sha256=…`"))?;
        delivery.check_hmac_sha256(&[delivery.body()], Encoding::Hex, [signature])
    }

    fn id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
        delivery.header("X-GitHub-Delivery").ok()
    }
}
