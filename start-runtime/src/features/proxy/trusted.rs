//! Certificates that the program trusts besides those of Mozilla.

use super::client::add_root;
use crate::base::StartError;
use crate::kernel::Settings;
use crate::start::Start;

/// Texts in PEM.
#[derive(Default)]
struct Trusted(Vec<Vec<u8>>);

pub fn add(settings: &mut Settings) -> Result<(), StartError> {
    let Some(Trusted(texts)) = settings.take() else { return Ok(()) };
    texts.iter().try_for_each(|pem| {
        add_root(pem).map_err(|reason| StartError::new(format!("`trust_certificates`: {reason}; write a text in PEM")))
    })
}

/// With the feature `proxy-tls`.
impl Start {
    /// Trusts the certificates in this text (PEM, RFC 7468) for https, besides the authorities that Mozilla trusts: that of
    /// a company, or of a test. It holds for the whole process. A text without one is an error at start-up.
    pub fn trust_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.edit(|trusted: &mut Trusted| trusted.0.push(pem.into()));
        self
    }
}
