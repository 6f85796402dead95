use std::time::Duration;

use crate::start::Start;

/// A year, which is what lists of hosts that browsers ship ask for.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Headers that make browsers stricter, for [`Start::security_headers`]. A header that an answer has already is left as it
/// is, so that a route can have its own.
///
/// | header | unless set | what it does |
/// |---|---|---|
/// | `X-Content-Type-Options` | `nosniff` | no other type than `Content-Type` says |
/// | `Referrer-Policy` | `strict-origin-when-cross-origin` | other sites learn the origin of a page, and not its URL |
/// | `Content-Security-Policy` | `frame-ancestors 'self'` | no page of another origin can frame one, and make people click in it |
/// | `X-Frame-Options` | `SAMEORIGIN` | the same, for browsers that do not know the one above |
/// | `Cross-Origin-Opener-Policy` | `same-origin` | a window that another origin opens shares nothing with it |
/// | `Strict-Transport-Security` | `max-age=31536000` | over https alone: the browser uses no other scheme for this host again (RFC 6797) |
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::security_headers`"]
pub struct SecurityHeaders {
    pub(super) fields: Vec<(String, String)>,
    pub(super) transport: Option<String>,
}

/// Parts of the program, by their paths.
#[derive(Default)]
pub struct Parts(pub Vec<(String, SecurityHeaders)>);

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl SecurityHeaders {
    /// The headers of the table.
    pub fn new() -> Self {
        let fields = [
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Content-Security-Policy", "frame-ancestors 'self'"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { fields, transport: None }.strict_transport(YEAR)
    }

    /// Sets one header, in place of the one of that name: a policy of your own, for example.
    ///
    /// ```
    /// use start_runtime::{SecurityHeaders, Start};
    ///
    /// let start = Start::new().security_headers(
    ///     SecurityHeaders::new()
    ///         .set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
    ///         .set("Permissions-Policy", "camera=(), microphone=()"),
    /// );
    /// ```
    ///
    /// # Errors
    /// What cannot be sent is an error at start-up.
    pub fn set(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        let mut headers = self.without(&name);
        match name.eq_ignore_ascii_case("strict-transport-security") {
            true => headers.transport = Some(value),
            false => headers.fields.push((name, value)),
        }
        headers
    }

    /// Leaves one header out.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if name.eq_ignore_ascii_case("strict-transport-security") {
            self.transport = None;
        }
        self
    }

    /// Sets for how long browsers use https alone, in whole seconds; a year unless set. It is sent only with answers to
    /// requests that came over https, which behind a proxy is what a proxy of [`Start::trusted_proxies`] says. Subdomains
    /// are not included: `set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")` includes them.
    pub fn strict_transport(mut self, age: Duration) -> Self {
        self.transport = Some(format!("max-age={}", age.as_secs()));
        self
    }
}

/// Settings of security headers.
impl Start {
    /// Sends headers that make browsers stricter with every answer, errors included:
    /// `security_headers(SecurityHeaders::new())`.
    pub fn security_headers(self, headers: SecurityHeaders) -> Self {
        self.security_headers_at("/", headers)
    }

    /// The same for a path and everything below it. `[name]` stands for any one segment. If several parts have a path, the
    /// one with the most segments counts, alone.
    ///
    /// # Errors
    /// A path that is none, or that has headers already, is an error at start-up.
    pub fn security_headers_at(mut self, path: impl Into<String>, headers: SecurityHeaders) -> Self {
        self.settings.edit(|Parts(parts)| parts.push((path.into(), headers)));
        self
    }
}
