//! Signed and private cookies, by the `cookie` crate.

use cookie::{Cookie, CookieJar, Key};

use super::{APIEvent, Secrets};
use crate::response::{IntoCookie, Partitioned};

/// How many bytes the signature has before the value: that of the `cookie` crate, in base64.
const SIGNATURE: usize = 44;

/// Cookies that only the owner of the secrets can write: [`Cookies::signed`](crate::Cookies::signed) and
/// [`Cookies::private`](crate::Cookies::private). Delete one as any other cookie.
pub struct SealedCookies<'a, 's> {
    event: &'a APIEvent,
    secrets: &'s Secrets,
    sealing: Sealing,
}

#[derive(Clone, Copy)]
pub enum Sealing {
    Signed,
    Private,
}

impl<'a, 's> SealedCookies<'a, 's> {
    pub(super) fn new(event: &'a APIEvent, secrets: &'s Secrets, sealing: Sealing) -> Self {
        Self { event, secrets, sealing }
    }

    /// Returns the value of a cookie that the client sent. `None` if there is none, and if it was not sealed by one of the
    /// secrets under this name.
    ///
    /// A client can send an old value again: put a date into what must end.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = self.event.cookies().get(name)?;
        self.secrets.cookie_keys().iter().find_map(|key| self.sealing.open(name, &value, key))
    }

    /// Sets a cookie in the response, as [`Cookies::set`](crate::Cookies::set) does, with its value sealed by the newest
    /// secret.
    pub fn set(&self, cookie: impl IntoCookie) {
        let is_partitioned = cookie.is_partitioned();
        let mut cookie = cookie.into_cookie();
        if let Some(key) = self.secrets.cookie_keys().first() {
            let value = self.sealing.seal(cookie.name(), cookie.value(), key);
            cookie.set_value(value);
        }
        match is_partitioned {
            true => self.event.response.set_cookie(Partitioned(cookie)),
            false => self.event.response.set_cookie(cookie),
        }
    }
}

impl Sealing {
    fn seal(self, name: &str, value: &str, key: &Key) -> String {
        match self {
            Self::Signed => {
                let signed = signed(name, value);
                let sealed = added(name, &signed, |jar, cookie| jar.signed_mut(key).add(cookie));
                let signature = sealed.get(..SIGNATURE).unwrap_or_default();
                format!("{signature}{value}")
            }
            Self::Private => seal(name, value, key),
        }
    }

    fn open(self, name: &str, value: &str, key: &Key) -> Option<String> {
        match self {
            Self::Signed => {
                let (signature, value) = value.split_at_checked(SIGNATURE)?;
                let sealed = Cookie::new(name.to_owned(), format!("{signature}{}", signed(name, value)));
                CookieJar::new().signed(key).verify(sealed)?;
                Some(value.to_owned())
            }
            Self::Private => open(name, value, key),
        }
    }
}

/// What is signed. The crate signs the value alone, and a signed value would be good under any name.
fn signed(name: &str, value: &str) -> String {
    format!("{name}={value}")
}

fn added(name: &str, value: &str, add: impl FnOnce(&mut CookieJar, Cookie<'static>)) -> String {
    let mut jar = CookieJar::new();
    add(&mut jar, Cookie::new(name.to_owned(), value.to_owned()));
    jar.get(name).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

/// Encrypts a value under a name.
pub(crate) fn seal(name: &str, value: &str, key: &Key) -> String {
    added(name, value, |jar, cookie| jar.private_mut(key).add(cookie))
}

/// Opens what [`seal`] has made; `None` for everything else.
pub(crate) fn open(name: &str, value: &str, key: &Key) -> Option<String> {
    let sealed = Cookie::new(name.to_owned(), value.to_owned());
    Some(CookieJar::new().private(key).decrypt(sealed)?.value().to_owned())
}
