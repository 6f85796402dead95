//! A request that may be a delivery, as a scheme sees it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use super::config::Key;
use super::unverified::Unverified;

/// A request that may be a delivery: its headers, its body as it was sent, and the secrets of the program.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    keys: &'a [Key],
    tolerance: Duration,
    now: SystemTime,
}

/// How a signature is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Hexadecimal digits in lower case.
    Hex,
    /// Base64 with `+`, `/` and padding (RFC 4648, section 4).
    Base64,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(headers: &'a HeaderMap, body: &'a [u8], keys: &'a [Key], tolerance: Duration) -> Self {
        Self { headers, body, keys, tolerance, now: SystemTime::now() }
    }

    /// The same at another time.
    #[cfg(test)]
    pub(super) fn at(self, now: SystemTime) -> Self {
        Self { now, ..self }
    }

    /// The value of a header that has to be there once.
    ///
    /// # Errors
    /// Returns an error if it is absent or empty, there more than once, or not visible ASCII.
    pub fn header(&self, name: &str) -> Result<&'a str, Unverified> {
        let mut values = self.headers.get_all(name);
        let value = values.next().ok_or_else(|| Unverified::missing(name))?;
        if values.next().is_some() {
            return Err(Unverified::invalid(format!("the header `{name}` is there more than once")));
        }
        let text = value.to_str().map_err(|_| Unverified::invalid(format!("the header `{name}` is not ASCII")))?;
        if text.trim().is_empty() { Err(Unverified::missing(name)) } else { Ok(text) }
    }

    /// The headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// The body as it was sent.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Checks when a delivery was signed, in whole seconds since 1970: it may be as long ago as the tolerance allows, and as
    /// far ahead, because clocks differ.
    ///
    /// # Errors
    /// Returns an error if it is longer ago or farther ahead, or if the text is anything but digits.
    pub fn check_time(&self, seconds: &str) -> Result<(), Unverified> {
        let is_number = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        let signed: u64 = match seconds.parse() {
            Ok(signed) if is_number => signed,
            _ => return Err(Unverified::invalid("its time is not a number of seconds since 1970")),
        };
        let now = self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let allowed = self.tolerance.as_secs();
        if now.abs_diff(signed) <= allowed {
            return Ok(());
        }
        let side = if signed < now { "long ago" } else { "far ahead" };
        Err(Unverified::invalid(format!(
            "its time is too {side}: {} s, and {allowed} s are allowed. The clocks of both sides have to be right",
            now.abs_diff(signed)
        )))
    }

    /// Checks that one of the signatures is the HMAC-SHA256 of these pieces, one behind the other, by one of the secrets.
    /// Other spellings of the same bytes are not accepted.
    ///
    /// # Errors
    /// Returns an error if none is.
    pub fn check_hmac_sha256<'s>(
        &self,
        pieces: &[&[u8]],
        encoding: Encoding,
        signatures: impl IntoIterator<Item = &'s str>,
    ) -> Result<(), Unverified> {
        let expected = self.keys.iter().map(|key| {
            let mut hmac: Hmac<Sha256> = key.hmac.clone();
            pieces.iter().for_each(|piece| hmac.update(piece));
            encoding.write(&hmac.finalize().into_bytes())
        });
        check(&expected.collect::<Vec<_>>(), signatures)
    }

    /// Checks that one of the signatures is what `sign` makes of one of the secrets: for schemes with another algorithm.
    /// `sign` receives the key ([`WebhookScheme::key`](super::public::WebhookScheme::key)), and returns the signature as the
    /// sender writes it.
    ///
    /// # Errors
    /// Returns an error if none is.
    pub fn check_signed_by<'s>(
        &self,
        sign: impl Fn(&[u8]) -> String,
        signatures: impl IntoIterator<Item = &'s str>,
    ) -> Result<(), Unverified> {
        let expected: Vec<String> = self.keys.iter().map(|key| sign(&key.bytes)).collect();
        check(&expected, signatures)
    }
}

impl Encoding {
    fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(bytes),
            Self::Base64 => STANDARD.encode(bytes),
        }
    }
}

/// Compares all with all, so that the time says nothing about which one fits, or how much of it.
fn check<'s>(expected: &[String], signatures: impl IntoIterator<Item = &'s str>) -> Result<(), Unverified> {
    let (mut found, mut is_any) = (Choice::from(0), false);
    for signature in signatures {
        is_any = true;
        for expected in expected {
            found |= expected.as_bytes().ct_eq(signature.as_bytes());
        }
    }
    match (bool::from(found), is_any) {
        (true, _) => Ok(()),
        (false, true) => Err(Unverified::invalid(
            "no secret of the program has signed this body: it was signed with another secret, or changed on its way",
        )),
        (false, false) => Err(Unverified::invalid("the header has no signature of the known version")),
    }
}
