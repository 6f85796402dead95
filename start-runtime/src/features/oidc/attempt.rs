//! One attempt to sign in: what the program has to know when the provider answers, sealed in a cookie of the browser.

use std::time::{SystemTime, UNIX_EPOCH};

use cookie::{Cookie, SameSite, time};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::Opened;
use super::config::ATTEMPT;
use super::fault::Fault;
use crate::event::{APIEvent, open, seal};

/// How the cookies of attempts begin. Each has a part of its state behind it, so that two tabs do not share one.
const PREFIX: &str = "sign-in-";

/// How many characters of the state are in the name.
const NAMED: usize = 16;

/// How many attempts of one browser may be open at a time. Others could have it begin any number.
const MOST: usize = 5;

/// An attempt.
#[derive(Serialize, Deserialize)]
pub struct Attempt {
    pub state: String,
    pub nonce: String,
    /// The verifier of PKCE (RFC 7636, section 4.1).
    pub verifier: String,
    /// Where the provider sends the browser: the same URL is sent when the code is exchanged.
    pub redirect: String,
    pub return_to: String,
    /// Who was asked.
    pub issuer: String,
    /// When it is over, in seconds since 1970.
    pub until: u64,
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn name_of(state: &str) -> Option<String> {
    let named = state.get(..NAMED)?;
    let is_plain = named.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_plain.then(|| format!("{PREFIX}{named}"))
}

impl Attempt {
    /// Leaves the cookie with the answer.
    pub fn begin(&self, event: &APIEvent, opened: &Opened) -> Result<(), Fault> {
        make_room(event, opened);
        let missing = || Fault::refused("the state of the attempt is no name of a cookie");
        let name = name_of(&self.state).ok_or_else(missing)?;
        let text = serde_json::to_string(self).map_err(|error| Fault::refused(error.to_string()))?;
        let value = seal(&name, &text, opened.keys.attempts());
        let seconds = i64::try_from(ATTEMPT.as_secs()).unwrap_or(i64::MAX);
        event.response.set_cookie(
            cookie(name, value, &opened.oidc.path, event).max_age(time::Duration::seconds(seconds)).finish(),
        );
        Ok(())
    }

    /// The attempt that a state belongs to. It can be taken once.
    pub fn take(state: &str, event: &APIEvent, opened: &Opened) -> Result<Self, Fault> {
        let name = name_of(state).ok_or_else(|| Fault::refused("the state is none that was made here"))?;
        let value = event.cookies().get(&name).ok_or_else(|| {
            Fault::refused(
                "the browser has no attempt with this state: it began elsewhere, is over, or was completed before",
            )
        })?;
        forget(&name, event, opened);
        let attempt = read(&name, &value, opened)
            .ok_or_else(|| Fault::refused("the cookie of the attempt was not sealed here"))?;
        if !bool::from(attempt.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(Fault::refused("the state is not that of the attempt"));
        }
        if attempt.until <= now() {
            return Err(Fault::refused("the attempt took longer than 10 minutes"));
        }
        Ok(attempt)
    }
}

fn read(name: &str, value: &str, opened: &Opened) -> Option<Attempt> {
    let text = opened.keys.all_of_attempts().iter().find_map(|key| open(name, value, key))?;
    serde_json::from_str(&text).ok()
}

/// Forgets attempts that are over, and the oldest of too many.
fn make_room(event: &APIEvent, opened: &Opened) {
    let all = event.cookies();
    let all = all.iter().filter(|(name, _)| name.starts_with(PREFIX));
    let mut known: Vec<(u64, String)> =
        all.map(|(name, value)| (read(&name, &value, opened).map_or(0, |attempt| attempt.until), name)).collect();
    known.sort_unstable();
    let too_many = (known.len() + 1).saturating_sub(MOST);
    for (index, (until, name)) in known.into_iter().enumerate() {
        if until <= now() || index < too_many {
            forget(&name, event, opened);
        }
    }
}

fn forget(name: &str, event: &APIEvent, opened: &Opened) {
    let gone = cookie(name.to_owned(), String::new(), &opened.oidc.path, event);
    event.response.set_cookie(gone.max_age(time::Duration::ZERO).expires(time::OffsetDateTime::UNIX_EPOCH).finish());
}

/// A cookie that no script reads, and that comes along when the provider sends the browser back.
pub fn cookie(name: String, value: String, path: &str, event: &APIEvent) -> cookie::CookieBuilder<'static> {
    let cookie = Cookie::build(name, value).path(path.to_owned()).http_only(true).same_site(SameSite::Lax);
    if event.request.scheme() == "https" { cookie.secure(true) } else { cookie }
}

#[cfg(test)]
mod tests {
    use super::super::provider::Provider;
    use super::super::user_cookie::Keys;
    use super::super::{Oidc, Opened};
    use super::{Attempt, name_of, now};
    use crate::event::{APIEvent, Secrets, seal};

    const STATE: &str = "abcdefghijklmnopqrstuv";

    fn opened(secrets: &Secrets) -> Opened {
        let oidc = Oidc::new("http://127.0.0.1:1", "client", "secret").secrets(secrets.clone());
        let (provider, keys) = (Provider::new(&oidc).unwrap(), Keys::new(&oidc));
        Opened { oidc, provider, keys }
    }

    fn attempt(until: u64) -> Attempt {
        let text = || "text".to_owned();
        let (nonce, verifier, redirect, return_to, issuer) = (text(), text(), text(), text(), text());
        Attempt { state: STATE.to_owned(), nonce, verifier, redirect, return_to, issuer, until }
    }

    fn sealed(attempt: &Attempt, opened: &Opened) -> String {
        let name = name_of(&attempt.state).unwrap();
        let value = seal(&name, &serde_json::to_string(attempt).unwrap(), opened.keys.attempts());
        format!("{name}={value}")
    }

    fn event(attempt: &Attempt, opened: &Opened) -> APIEvent {
        crate::test::event("/").header("cookie", &sealed(attempt, opened)).build()
    }

    #[test]
    fn an_attempt_is_over_after_its_time() {
        let opened = opened(&Secrets::random());
        for (until, is_good) in [(now() + 60, true), (now(), false), (now() - 1, false), (0, false), (u64::MAX, true)] {
            let attempt = attempt(until);
            let taken = Attempt::take(STATE, &event(&attempt, &opened), &opened);
            assert_eq!(taken.is_ok(), is_good, "{until}");
        }
    }

    #[test]
    fn who_takes_too_long_reads_that_they_are_to_begin_again_and_the_log_why() {
        let opened = opened(&Secrets::random());
        let event = event(&attempt(now() - 1), &opened);
        let Err(fault) = Attempt::take(STATE, &event, &opened) else { panic!("it is over") };
        let problem = fault.answer(&event, "/api/auth");
        assert_eq!(problem.status(), 400);
        let detail = "this sign-in cannot be completed: begin again at /api/auth/login";
        assert_eq!(problem.detail(), Some(detail));
        let cause = problem.source().unwrap().to_string();
        assert!(cause.contains("the attempt took longer than 10 minutes"), "{cause}");
    }

    #[test]
    fn an_attempt_opens_where_it_was_sealed_alone() {
        let (secrets, good) = (Secrets::random(), attempt(now() + 60));
        let ours = opened(&secrets);
        assert!(Attempt::take(STATE, &event(&good, &ours), &ours).is_ok());
        assert!(Attempt::take(STATE, &event(&good, &opened(&Secrets::random())), &ours).is_err());
        // Another provider with the same secrets.
        let oidc = Oidc::new("http://127.0.0.1:2", "client", "secret").secrets(secrets);
        let other = Opened { keys: Keys::new(&oidc), provider: Provider::new(&oidc).unwrap(), oidc };
        assert!(Attempt::take(STATE, &event(&good, &other), &ours).is_err());
        assert!(Attempt::take(&format!("{STATE}x"), &event(&good, &ours), &ours).is_err(), "another end of the state");
        assert!(Attempt::take("abcdefghijklmnop", &event(&good, &ours), &ours).is_err(), "a beginning of the state");
    }
}
