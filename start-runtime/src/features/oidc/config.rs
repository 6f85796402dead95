//! The settings of signing in.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use std::{env, io};

use futures_core::future::LocalBoxFuture;
use url::{Host, Url};

use super::return_path;
use super::signed_in::{SignedIn, SignedInUser};
use crate::base::StartError;
use crate::event::{APIEvent, Secrets};
use crate::response::Problem;

/// How long an attempt to sign in may take: 10 minutes.
pub const ATTEMPT: Duration = Duration::from_secs(10 * 60);

/// How far the clocks of both sides may differ: a minute.
pub const SKEW: Duration = Duration::from_secs(60);

/// How long a user stays signed in, unless set: 12 hours.
const LASTS: Duration = Duration::from_secs(12 * 60 * 60);

/// The environment variable with the secrets that seal cookies.
const SECRETS: &str = "START_SESSION_SECRET";

type Keep = Arc<dyn Fn(SignedIn, APIEvent) -> LocalBoxFuture<'static, Result<SignedInUser, Problem>> + Send + Sync>;
type Forget = Arc<dyn Fn(APIEvent) -> LocalBoxFuture<'static, Result<(), Problem>> + Send + Sync>;

/// The provider by which users sign in, and what the program keeps of them.
///
/// ```no_run
/// use start_runtime::{Oidc, prelude::*};
///
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     Start::new().sign_in(Oidc::from_env()?).serve().await
/// }
/// ```
///
/// Unless set, the routes are below `/api/auth`, the scopes are `openid`, `email` and `profile`, and a user stays signed in
/// for 12 hours, by a cookie of its own.
#[derive(Clone)]
pub struct Oidc {
    pub(super) kind: Kind,
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) path: String,
    pub(super) public_url: Option<String>,
    pub(super) after: String,
    pub(super) after_sign_out: Option<String>,
    pub(super) lasts: Duration,
    pub(super) secrets: Option<Secrets>,
    pub(super) keep: Option<Keep>,
    pub(super) forget: Option<Forget>,
}

/// What the provider speaks.
#[derive(Clone)]
pub enum Kind {
    /// OpenID Connect: the issuer says where everything else is.
    OpenId {
        issuer: String,
    },
    OAuth2(OAuth2),
}

/// A provider of OAuth 2 without OpenID Connect: where it signs users in, where it exchanges codes, and where it says who
/// somebody is.
///
/// ```
/// use start_runtime::{OAuth2, Oidc};
///
/// let github = OAuth2 {
///     authorize: "https://github.com/login/oauth/authorize".to_owned(),
///     token: "https://github.com/login/oauth/access_token".to_owned(),
///     user: "https://api.github.com/user".to_owned(),
/// };
/// # drop(
/// Oidc::oauth2(github, "the id of the client", "its secret").scopes(["read:user", "user:email"])
/// # );
/// ```
#[derive(Clone, Debug)]
pub struct OAuth2 {
    /// Where the browser goes (RFC 6749, section 3.1).
    pub authorize: String,
    /// Where a code is exchanged (section 3.2).
    pub token: String,
    /// What answers `Authorization: Bearer …` with JSON about the user: its `sub` or `id`, `email`, and `name` or `login`.
    pub user: String,
}

impl Oidc {
    /// A provider of OpenID Connect, by its issuer: `https://accounts.example.com`. A secret that is empty is none, for
    /// clients that have none.
    ///
    /// An issuer without TLS is allowed on this machine only (`http://127.0.0.1:4000`).
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::of(Kind::OpenId { issuer: issuer.into() }, client_id, client_secret, &["openid", "email", "profile"])
    }

    /// The same by the environment variables `OIDC_ISSUER`, `OIDC_CLIENT_ID` and `OIDC_CLIENT_SECRET`, which may be left out
    /// for a client without a secret.
    ///
    /// # Errors
    /// Returns an error that says what to set, if one of the first two is not set or empty.
    pub fn from_env() -> io::Result<Self> {
        let secret = env::var("OIDC_CLIENT_SECRET").unwrap_or_default();
        let issuer = variable("OIDC_ISSUER", "the issuer of your provider, such as https://accounts.example.com")?;
        let id = variable("OIDC_CLIENT_ID", "what the provider calls this program")?;
        Ok(Self::new(issuer, id, secret))
    }

    /// A provider of OAuth 2 without OpenID Connect, such as GitHub.
    pub fn oauth2(provider: OAuth2, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::of(Kind::OAuth2(provider), client_id, client_secret, &[])
    }

    fn of(kind: Kind, client_id: impl Into<String>, client_secret: impl Into<String>, scopes: &[&str]) -> Self {
        Self {
            kind,
            client_id: client_id.into(),
            client_secret: Some(client_secret.into()).filter(|secret| !secret.is_empty()),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            path: "/api/auth".to_owned(),
            public_url: None,
            after: "/".to_owned(),
            after_sign_out: None,
            lasts: LASTS,
            secrets: None,
            keep: None,
            forget: None,
        }
    }

    /// Sets the scopes that are asked for. `openid` is always among them where the provider speaks OpenID Connect.
    #[must_use]
    pub fn scopes<const N: usize>(mut self, scopes: [&str; N]) -> Self {
        self.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self
    }

    /// Sets the path above `login`, `callback` and `logout`; `/api/auth` unless set.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets how browsers reach the program, such as `https://app.example`: the provider sends them to the callback there.
    /// Unless set, it is the origin of the request, as the Host header or a trusted proxy says.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Sets where a user goes who has signed in, if `login` was not asked with `return_to`; `/` unless set.
    #[must_use]
    pub fn after_sign_in(mut self, path: impl Into<String>) -> Self {
        self.after = path.into();
        self
    }

    /// Sets the URL where the provider sends users who have signed out there, such as `https://app.example/`. The provider has
    /// to know it. No request changes it.
    #[must_use]
    pub fn after_sign_out(mut self, url: impl Into<String>) -> Self {
        self.after_sign_out = Some(url.into());
        self
    }

    /// Sets how long a user stays signed in; 12 hours unless set.
    #[must_use]
    pub fn lasts(mut self, lasts: Duration) -> Self {
        self.lasts = lasts;
        self
    }

    /// Sets the secrets that seal the cookies. Unless set, they are those of the environment variable
    /// `START_SESSION_SECRET`; without it, a random one, so a restart signs everybody out.
    #[must_use]
    pub fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Sets what is done with a user who has signed in: the closure decides who may, and what is kept of them. It returns
    /// what [`SignedInUser`] is from now on; its error is the answer, and nobody is signed in.
    ///
    /// A program with sessions gives the session a new id here, as always when somebody gets more rights:
    ///
    /// ```
    /// use start_runtime::{Oidc, prelude::*};
    ///
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// struct Visits {
    ///     count: u32,
    /// }
    ///
    /// # drop(
    /// Oidc::new("https://accounts.example.com", "the id of the client", "its secret")
    ///     .on_sign_in(|signed_in, event| async move {
    ///         if !signed_in.email_is_verified {
    ///             return Err(Problem::forbidden("confirm your address first"));
    ///         }
    ///         let mut session = event.session::<Visits>().await?;
    ///         session.update(|visits| visits.count += 1);
    ///         session.rotate();
    ///         Ok(signed_in.user())
    ///     })
    /// # );
    /// ```
    #[must_use]
    pub fn on_sign_in<F>(mut self, keep: impl Fn(SignedIn, APIEvent) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<SignedInUser, Problem>> + 'static,
    {
        self.keep = Some(Arc::new(move |signed_in, event| Box::pin(keep(signed_in, event))));
        self
    }

    /// Sets what is done when a user signs out, such as ending the session. The user is signed out whatever it returns; its
    /// error is the answer.
    #[must_use]
    pub fn on_sign_out<F>(mut self, forget: impl Fn(APIEvent) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Problem>> + 'static,
    {
        self.forget = Some(Arc::new(move |event| Box::pin(forget(event))));
        self
    }

    /// Who signs users in, for people.
    pub(super) fn named(&self) -> &str {
        match &self.kind {
            Kind::OpenId { issuer } => issuer,
            Kind::OAuth2(provider) => &provider.authorize,
        }
    }

    /// The secrets, and whether they end with the program.
    pub(super) fn sealing(&self) -> (Secrets, bool) {
        let known = self.secrets.clone().or_else(|| Secrets::from_env(SECRETS).ok());
        known.map_or_else(|| (Secrets::random(), true), |secrets| (secrets, false))
    }

    /// Checks what would be noticed only when somebody signs in.
    pub(super) fn check(&self) -> Result<(), StartError> {
        let urls: Vec<(&str, &str)> = match &self.kind {
            Kind::OpenId { issuer } => vec![("the issuer", issuer)],
            Kind::OAuth2(OAuth2 { authorize, token, user }) => {
                vec![("`OAuth2::authorize`", authorize), ("`OAuth2::token`", token), ("`OAuth2::user`", user)]
            }
        };
        for (what, text) in urls {
            check_url(text).map_err(|reason| StartError::new(format!("`sign_in`: {what} {text:?}: {reason}")))?;
        }
        if self.client_id.trim().is_empty() {
            return Err(StartError::new(
                "`sign_in`: the id of the client is empty: write what the provider calls this program",
            ));
        }
        if !self.path.starts_with('/') || self.path.len() < 2 || self.path.ends_with('/') {
            return Err(StartError::new(format!("`Oidc::path({:?})`: write a path such as `/api/auth`", self.path)));
        }
        if let Some(url) = &self.public_url {
            let is_origin = Url::parse(url).is_ok_and(|known| known.origin().ascii_serialization() == *url);
            if !is_origin {
                return Err(StartError::new(format!(
                    "`Oidc::public_url({url:?})`: write scheme and host, such as `https://app.example`"
                )));
            }
        }
        if self.secrets.is_none() && env::var_os(SECRETS).is_some() {
            Secrets::from_env(SECRETS).map_err(|error| StartError::new(error.to_string()))?;
        }
        if let Some(url) = &self.after_sign_out {
            let is_page = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
            if !is_page {
                return Err(StartError::new(format!(
                    "`Oidc::after_sign_out({url:?})`: write the whole URL that the provider knows, such as `https://app.example/`"
                )));
            }
        }
        return_path::check(&self.after)
            .map_err(|reason| StartError::new(format!("`Oidc::after_sign_in({:?})`: {reason}", self.after)))?;
        if self.lasts < Duration::from_secs(1) {
            return Err(StartError::new("`Oidc::lasts`: a user stays signed in for at least a second"));
        }
        Ok(())
    }
}

/// Says why a provider cannot be at this URL.
pub fn check_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "it is no URL: write one such as https://accounts.example.com")?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            Err("without TLS, everybody on the way can sign in as anybody: write https (http is for this machine only)")
        }
        _ => Err("its scheme is not https"),
    }
}

/// Whether a URL leads to this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST || address.is_loopback(),
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

fn variable(name: &str, what: &str) -> Result<String, StartError> {
    match env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value),
        _ => Err(StartError::new(format!("{name} is not set: set it to {what}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{OAuth2, Oidc};

    fn oidc(issuer: &str) -> Oidc {
        Oidc::new(issuer, "client", "secret")
    }

    #[test]
    fn settings_are_checked_before_anybody_signs_in() {
        const ISSUER: &str = "https://accounts.example.com";
        for good in [
            ISSUER,
            "https://a.example/realms/x/",
            "http://127.0.0.1:4000",
            "http://localhost",
            "http://[::1]:1",
            "http://127.9.9.9",
        ] {
            assert!(oidc(good).check().is_ok(), "{good}");
        }
        let github = |token: &str| {
            let (authorize, user) =
                ("https://github.com/authorize".to_owned(), "https://api.github.com/user".to_owned());
            Oidc::oauth2(OAuth2 { authorize, token: token.to_owned(), user }, "client", "secret")
        };
        assert!(github("https://github.com/token").check().is_ok());
        for good in ["https://app.example/bye", "http://127.0.0.1:3000/"] {
            assert!(oidc(ISSUER).after_sign_out(good).check().is_ok(), "{good}");
        }
        for (bad, expected) in [
            (oidc("http://accounts.example.com"), "without TLS"),
            (oidc("http://127.0.0.1.evil.example"), "without TLS"),
            (oidc("http://localhost.evil.example"), "without TLS"),
            (oidc("accounts.example.com"), "it is no URL"),
            (oidc(""), "it is no URL"),
            (oidc("file:///etc/passwd"), "its scheme is not https"),
            (github("http://github.com/token"), "`OAuth2::token`"),
            (Oidc::new(ISSUER, " ", "secret"), "the id of the client is empty"),
            (oidc(ISSUER).path("auth"), "write a path such as `/api/auth`"),
            (oidc(ISSUER).path("/"), "write a path such as"),
            (oidc(ISSUER).path("/auth/"), "write a path such as"),
            (oidc(ISSUER).public_url("https://app.example/"), "write scheme and host"),
            (oidc(ISSUER).public_url("app.example"), "write scheme and host"),
            (oidc(ISSUER).after_sign_in("//evil"), "two slashes"),
            (oidc(ISSUER).after_sign_in("https://evil"), "does not begin with a slash"),
            (oidc(ISSUER).after_sign_out("/bye"), "`Oidc::after_sign_out(\"/bye\")`: write the whole URL"),
            (oidc(ISSUER).after_sign_out("//evil"), "write the whole URL"),
            (oidc(ISSUER).after_sign_out("javascript:alert(1)"), "write the whole URL"),
            (oidc(ISSUER).lasts(Duration::ZERO), "at least a second"),
        ] {
            let text = bad.check().expect_err(expected).to_string();
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
