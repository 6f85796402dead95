use crate::features::webhook::delivery::{Delivery, Encoding};
use crate::features::webhook::scheme::WebhookScheme;
use crate::features::webhook::unverified::Unverified;

/// Stripe: `Stripe-Signature: t=1700000000,v1=5257a8…`, with an HMAC-SHA256 of the time and the body. While a secret is
/// being changed at Stripe, there are several `v1`; other versions are ignored
/// ([docs](https://docs.stripe.com/webhooks/signature)).
///
/// The secret is that of the endpoint, `whsec_…`.
pub struct Stripe;

impl WebhookScheme for Stripe {
    const NAME: &'static str = "Stripe";
    const SIGNATURE: &'static str = "Stripe-Signature";

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let Parts { time, signatures } = Parts::read(delivery.header(Self::SIGNATURE)?)?;
        delivery.check_time(time)?;
        delivery.check_hmac_sha256(&[time.as_bytes(), b".", delivery.body()], Encoding::Hex, signatures)
    }

    fn key(secret: &str) -> Result<Vec<u8>, String> {
        if ["sk_", "rk_", "pk_"].iter().any(|prefix| secret.starts_with(prefix)) {
            return Err("it is an API key. Write the signing secret of the endpoint, `whsec_…`, which Stripe shows \
                        with the endpoint, and `stripe listen` prints"
                .to_owned());
        }
        Ok(secret.as_bytes().to_vec())
    }
}

/// The header.
struct Parts<'a> {
    time: &'a str,
    signatures: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn read(header: &'a str) -> Result<Self, Unverified> {
        let (mut time, mut signatures) = (None, Vec::new());
        for item in header.split(',') {
            match item.split_once('=') {
                Some(("t", _)) if time.is_some() => return Err(Unverified::invalid("the header has two times, `t=…`")),
                Some(("t", value)) => time = Some(value),
                Some(("v1", value)) => signatures.push(value),
                Some((name, _)) if !name.is_empty() => {}
                _ => return Err(Unverified::invalid("the header is not `t=…,v1=…`")),
            }
        }
        let time = time.ok_or_else(|| Unverified::invalid("the header has no time, `t=…`"))?;
        Ok(Self { time, signatures })
    }
}
