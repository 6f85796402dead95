//! What the program knows of its senders.

use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderName;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::scheme::WebhookScheme;
use super::secrets::WebhookSecrets;
use crate::base::StartError;

/// How long ago a delivery may have been signed, and how far ahead, unless set: 5 minutes.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// A key, and its state of HMAC before any input.
pub struct Key {
    pub bytes: Vec<u8>,
    pub hmac: Hmac<Sha256>,
}

impl Key {
    pub fn new(bytes: Vec<u8>) -> Self {
        // A key may have any length (RFC 2104, section 2).
        let hmac = Hmac::new_from_slice(&bytes).expect("HMAC takes keys of any length");
        Self { bytes, hmac }
    }
}

/// One sender.
pub struct Config {
    pub keys: Vec<Key>,
    pub tolerance: Duration,
}

/// The senders of a program, by their schemes.
#[derive(Default)]
pub struct Configs(Vec<Known>);

struct Known {
    scheme: TypeId,
    name: &'static str,
    config: Result<Arc<Config>, String>,
}

impl Configs {
    pub fn add<S: WebhookScheme>(&mut self, secrets: &WebhookSecrets, tolerance: Duration) {
        let config = read::<S>(secrets, tolerance).map(Arc::new);
        self.0.push(Known { scheme: TypeId::of::<S>(), name: S::NAME, config });
    }

    /// Returns an error if the program cannot verify what it is set up to verify.
    pub fn check(&self) -> Result<(), StartError> {
        for (index, known) in self.0.iter().enumerate() {
            if let Err(reason) = &known.config {
                return Err(StartError::new(reason.as_str()));
            }
            if self.0[..index].iter().any(|other| other.scheme == known.scheme) {
                return Err(StartError::new(format!(
                    "`Start::webhook` is called twice for {}: give it all secrets at once, \
                     `WebhookSecrets::new(\"one\").or(\"another\")`, or write a `WebhookScheme` of your own for one of them",
                    known.name
                )));
            }
        }
        Ok(())
    }

    pub fn get<S: WebhookScheme>(&self) -> Option<Arc<Config>> {
        let known = self.0.iter().find(|known| known.scheme == TypeId::of::<S>())?;
        known.config.as_ref().ok().cloned()
    }
}

/// The keys of the secrets, or what is wrong with them.
fn read<S: WebhookScheme>(secrets: &WebhookSecrets, tolerance: Duration) -> Result<Config, String> {
    for header in [S::SIGNATURE].iter().chain(S::OTHER_HEADERS) {
        if HeaderName::try_from(*header).is_err() {
            return Err(format!(
                "the `WebhookScheme` {} reads the header `{header}`, which is no name of a header",
                S::NAME
            ));
        }
    }
    if tolerance < Duration::from_secs(1) {
        return Err(format!("the webhooks of {}: a tolerance is at least a second", S::NAME));
    }
    let keys = secrets.all.iter().map(|(place, secret)| {
        let fault = |reason: &str| format!("the webhooks of {}, {place}: {reason}", S::NAME);
        if secret.trim().is_empty() {
            return Err(fault("it is empty. Write the secret that the sender shows for this webhook"));
        }
        let key = S::key(secret).map_err(|reason| fault(&reason))?;
        if key.is_empty() { Err(fault("its key has no bytes")) } else { Ok(Key::new(key)) }
    });
    Ok(Config { keys: keys.collect::<Result<_, _>>()?, tolerance })
}
