//! The format `Fe26.2` of Iron, as iron-webcrypto 1 and 2 write it:
//! `Fe26.2*id*salt*iv*text*until*salt of the signature*signature`.
//!
//! The salts are used as the text that they are. The signature covers all that stands before it.

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::Sha256;

use crate::features::session::record::random;

/// What every seal begins with.
pub const PREFIX: &str = "Fe26.2*";

/// How many bytes a salt may have: Iron's own have 64.
const LONGEST_SALT: usize = 256;

/// What a seal holds.
pub struct Opened {
    pub text: String,
    /// In milliseconds since 1970.
    pub until: Option<u64>,
}

/// The parts of a seal.
struct Parts<'a> {
    /// All that is signed.
    signed: &'a str,
    salt: &'a str,
    iv: [u8; 16],
    text: Vec<u8>,
    until: Option<u64>,
    signature_salt: &'a str,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(seal: &'a str) -> Option<Self> {
        let mut parts = seal.split('*');
        let ("Fe26.2", _id) = (parts.next()?, parts.next()?) else { return None };
        let (salt, iv, text, until) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (signature_salt, signature) = (parts.next()?, parts.next()?);
        if parts.next().is_some() || salt.len() > LONGEST_SALT || signature_salt.len() > LONGEST_SALT {
            return None;
        }
        let until = match until {
            "" => None,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
            _ => return None,
        };
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        Some(Self {
            signed: &seal[..seal.len() - signature.len() - signature_salt.len() - 2],
            salt,
            iv: decode(iv)?.try_into().ok()?,
            text: decode(text)?,
            until,
            signature_salt,
            signature: decode(signature)?,
        })
    }
}

/// Whether the time of a seal is over, as it says itself. No time is given for clocks that differ.
pub fn is_over(seal: &str, now: u64) -> bool {
    let until = Parts::of(seal).and_then(|parts| parts.until);
    until.is_some_and(|until| until <= now)
}

/// Opens a seal, whatever its time. The numbers of iterations are tried in turn.
pub fn open(seal: &str, password: &str, iterations: &[u32]) -> Option<Opened> {
    let parts = Parts::of(seal)?;
    let iterations = iterations.iter().find(|iterations| {
        signature(parts.signed, password, parts.signature_salt, **iterations)
            .is_some_and(|mac| mac.verify_slice(&parts.signature).is_ok())
    })?;
    let key = key(password, parts.salt, *iterations);
    let cipher = cbc::Decryptor::<Aes256>::new(&key.into(), &parts.iv.into());
    let text = cipher.decrypt_padded_vec_mut::<Pkcs7>(&parts.text).ok()?;
    Some(Opened { text: String::from_utf8(text).ok()?, until: parts.until })
}

/// Seals a text until this time, in milliseconds since 1970.
pub fn seal(text: &str, password: &str, iterations: u32, until: u64) -> String {
    let (salt, iv) = (random_salt(), random::<16>());
    let key = key(password, &salt, iterations);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    let text = cipher.encrypt_padded_vec_mut::<Pkcs7>(text.as_bytes());
    let (iv, text) = (URL_SAFE_NO_PAD.encode(iv), URL_SAFE_NO_PAD.encode(text));
    let signed = format!("{PREFIX}*{salt}*{iv}*{text}*{until}");
    let salt = random_salt();
    let mac = signature(&signed, password, &salt, iterations).map(|mac| mac.finalize().into_bytes());
    format!("{signed}*{salt}*{}", URL_SAFE_NO_PAD.encode(mac.unwrap_or_default()))
}

fn key(password: &str, salt: &str, iterations: u32) -> [u8; 32] {
    let mut key = [0; 32];
    pbkdf2_hmac::<Sha1>(password.as_bytes(), salt.as_bytes(), iterations, &mut key);
    key
}

fn signature(signed: &str, password: &str, salt: &str, iterations: u32) -> Option<Hmac<Sha256>> {
    let key = key(password, salt, iterations);
    Some(Hmac::new_from_slice(&key).ok()?.chain_update(signed))
}

/// 256 random bits in hexadecimal digits.
fn random_salt() -> String {
    use std::fmt::Write as _;
    random::<32>().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "interop-password-interop-password-32";

    #[test]
    fn what_was_sealed_opens_with_the_same_password_and_iterations() {
        for iterations in [1, 2, 8192] {
            let sealed = seal("{\"größe\":1}", PASSWORD, iterations, 7);
            let opened = open(&sealed, PASSWORD, &[3, iterations]).unwrap();
            assert_eq!((opened.text.as_str(), opened.until), ("{\"größe\":1}", Some(7)));
            assert!(open(&sealed, PASSWORD, &[3]).is_none());
            assert!(open(&sealed, "another-password-another-password", &[iterations]).is_none());
        }
    }

    #[test]
    fn nothing_that_differs_by_a_byte_opens() {
        let sealed = seal("{\"a\":1}", PASSWORD, 1, 7);
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            assert!(open(std::str::from_utf8(&bytes).unwrap(), PASSWORD, &[1]).is_none(), "{at}");
            assert!(open(&sealed[..at], PASSWORD, &[1]).is_none(), "{at}");
        }
        for more in ["*", "A", "=", "*x"] {
            assert!(open(&format!("{sealed}{more}"), PASSWORD, &[1]).is_none(), "{more}");
        }
    }

    #[test]
    fn a_seal_says_when_it_is_over() {
        let sealed = seal("1", PASSWORD, 1, 7);
        assert!(!is_over(&sealed, 6) && is_over(&sealed, 7) && is_over(&sealed, 8));
        assert!(!is_over(&sealed.replace("*7*", "**"), u64::MAX));
    }
}
