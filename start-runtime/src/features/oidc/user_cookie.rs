//! Who is signed in, in a sealed cookie.

use cookie::{Key, time};
use serde::{Deserialize, Serialize};

use super::attempt::{cookie, now};
use super::config::Oidc;
use super::{Opened, SignedInUser};
use crate::event::{APIEvent, open, seal};

/// The name of the cookie.
pub const NAME: &str = "signed-in";

/// How long an ID token may be that is kept for signing out at the provider: a cookie holds 4096 bytes.
const LONGEST_TOKEN: usize = 2000;

/// The keys of both kinds of cookies, the newest first.
pub struct Keys {
    users: Vec<Key>,
    attempts: Vec<Key>,
}

impl Keys {
    pub fn new(oidc: &Oidc) -> Self {
        let (secrets, is_random) = oidc.sealing();
        if is_random {
            tracing::warn!(
                target: "start_runtime::oidc",
                "START_SESSION_SECRET is not set: a restart signs everybody out, and a second process knows nobody. \
                 Make a secret with `openssl rand -base64 32`, or set `Oidc::secrets`"
            );
        }
        let keys = |purpose: &str| secrets.keys_for(format!("{purpose} of {}\0", oidc.named()).as_bytes());
        Self { users: keys("start: signed-in users, 1"), attempts: keys("start: attempts to sign in, 1") }
    }

    /// The key that seals attempts.
    pub fn attempts(&self) -> &Key {
        &self.attempts[0]
    }

    pub fn all_of_attempts(&self) -> &[Key] {
        &self.attempts
    }
}

/// What the cookie holds.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    pub user: SignedInUser,
    /// When it is over, in seconds since 1970.
    until: u64,
    /// For signing out at the provider, if it is short enough.
    pub id_token: Option<String>,
}

/// Signs a user in. The cookie is a new one each time.
pub fn keep(user: SignedInUser, id_token: Option<String>, event: &APIEvent, opened: &Opened) {
    let lasts = opened.oidc.lasts.as_secs();
    let id_token = id_token.filter(|token| token.len() <= LONGEST_TOKEN);
    let kept = Kept { user, until: now().saturating_add(lasts), id_token };
    // Texts and numbers always serialize.
    let text = serde_json::to_string(&kept).unwrap_or_default();
    let value = seal(NAME, &text, &opened.keys.users[0]);
    let seconds = i64::try_from(lasts).unwrap_or(i64::MAX);
    event
        .response
        .set_cookie(cookie(NAME.to_owned(), value, "/", event).max_age(time::Duration::seconds(seconds)).finish());
}

/// Who is signed in.
pub fn read(event: &APIEvent, opened: &Opened) -> Option<Kept> {
    let value = event.cookies().get(NAME)?;
    let text = opened.keys.users.iter().find_map(|key| open(NAME, &value, key))?;
    serde_json::from_str(&text).ok().filter(|kept: &Kept| kept.until > now())
}

/// Signs the user out.
pub fn forget(event: &APIEvent) {
    let gone = cookie(NAME.to_owned(), String::new(), "/", event);
    event.response.set_cookie(gone.max_age(time::Duration::ZERO).expires(time::OffsetDateTime::UNIX_EPOCH).finish());
}
