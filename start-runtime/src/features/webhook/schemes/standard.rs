//! Standard Webhooks, and Svix, which it comes from.

use actix_web::http::header::HeaderMap;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::features::webhook::delivery::{Delivery, Encoding};
use crate::features::webhook::scheme::{WebhookScheme, has};
use crate::features::webhook::unverified::Unverified;

/// [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp`, and `webhook-signature` with
/// `v1,` and an HMAC-SHA256 in base64, several of them separated by spaces. Other versions are ignored.
///
/// The secret is `whsec_` and base64.
pub struct StandardWebhooks;

/// [Svix](https://docs.svix.com/receiving/verifying-payloads/how-manual): [`StandardWebhooks`] with headers that begin with
/// `svix-`; those that begin with `webhook-` are accepted as well.
pub struct Svix;

impl WebhookScheme for StandardWebhooks {
    const NAME: &'static str = "Standard Webhooks";
    const SIGNATURE: &'static str = STANDARD.signature;
    const OTHER_HEADERS: &'static [&'static str] = &[STANDARD.id, STANDARD.timestamp];

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        STANDARD.verify(delivery)
    }

    fn key(secret: &str) -> Result<Vec<u8>, String> {
        key(secret)
    }

    fn id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
        delivery.header(STANDARD.id).ok()
    }
}

impl WebhookScheme for Svix {
    const NAME: &'static str = "Svix";
    const SIGNATURE: &'static str = SVIX.signature;
    const OTHER_HEADERS: &'static [&'static str] = &[SVIX.id, SVIX.timestamp];

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        Names::of(delivery.headers()).verify(delivery)
    }

    fn key(secret: &str) -> Result<Vec<u8>, String> {
        key(secret)
    }

    fn id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
        delivery.header(Names::of(delivery.headers()).id).ok()
    }

    fn is_signed(headers: &HeaderMap) -> bool {
        has(headers, SVIX.signature) || has(headers, STANDARD.signature)
    }
}

/// The headers.
struct Names {
    id: &'static str,
    timestamp: &'static str,
    signature: &'static str,
}

const STANDARD: Names = Names { id: "webhook-id", timestamp: "webhook-timestamp", signature: "webhook-signature" };
const SVIX: Names = Names { id: "svix-id", timestamp: "svix-timestamp", signature: "svix-signature" };

impl Names {
    /// Those of Svix, unless only the others are there: the two are never mixed.
    fn of(headers: &HeaderMap) -> Self {
        let is_svix = [SVIX.id, SVIX.timestamp, SVIX.signature].iter().any(|name| headers.contains_key(*name));
        if is_svix { SVIX } else { STANDARD }
    }

    fn verify(&self, delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let signatures = delivery.header(self.signature)?;
        let needed = |name| delivery.header(name).map_err(|reason| Unverified::invalid(reason_of(&reason)));
        let (id, time) = (needed(self.id)?, needed(self.timestamp)?);
        delivery.check_time(time)?;
        let pieces = [id.as_bytes(), b".", time.as_bytes(), b".", delivery.body()];
        let known = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
        delivery.check_hmac_sha256(&pieces, Encoding::Base64, known)
    }
}

/// There is a signature, and something beside it is not as it should be.
fn reason_of(unverified: &Unverified) -> String {
    let text = unverified.to_string();
    text.strip_prefix("the signature is invalid: ").map_or(text.clone(), str::to_owned)
}

/// Padding may be left out: a secret is copied by hand.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn key(secret: &str) -> Result<Vec<u8>, String> {
    if secret.starts_with("whpk_") {
        return Err(
            "it is a public key (`v1a`), which is not supported. Write the secret that begins with `whsec_`".to_owned()
        );
    }
    BASE64.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).map_err(|_| {
        "it is not base64. Write the secret as the sender shows it: `whsec_` and base64, without spaces".to_owned()
    })
}
