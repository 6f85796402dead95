use crate::start::Start;

/// How requests with the cookie of a session are protected from pages of other sites, for [`Start::csrf`].
///
/// Sessions (`Start::session`) are protected without any setting. A request that has their cookie,
/// and another method than GET, HEAD and OPTIONS, is answered with 403 unless it comes from a page of the program:
///
/// 1. `Sec-Fetch-Site` is `same-origin`, or `none` (a person has typed the address);
/// 2. without it, host and port of `Origin` are those of `Host`;
/// 3. without both, those of `Referer` are;
/// 4. without all three, it is refused.
///
/// A request without such a cookie passes: it has nothing that a browser would add by itself. So clients with tokens are
/// not touched. A client that is no browser and has the cookie sends `Origin`.
///
/// GET must not change anything: other pages can always lead a browser to it.
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::csrf`"]
pub struct Csrf {
    pub(super) sessions: bool,
    pub(super) cookies: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) exceptions: Vec<String>,
}

impl Default for Csrf {
    fn default() -> Self {
        Self::new()
    }
}

impl Csrf {
    /// Protects the sessions of the program.
    pub fn new() -> Self {
        Self { sessions: true, cookies: Vec::new(), origins: Vec::new(), exceptions: Vec::new() }
    }

    /// Protects requests with these cookies, and not those of sessions.
    pub fn of<N: Into<String>>(cookies: impl IntoIterator<Item = N>) -> Self {
        Self { sessions: false, cookies: cookies.into_iter().map(Into::into).collect(), ..Self::new() }
    }

    /// Protects requests with this cookie as well: one by which routes of yours know who is asking.
    pub fn cookie(mut self, name: impl Into<String>) -> Self {
        self.cookies.push(name.into());
        self
    }

    /// Lets pages of another origin send requests: `https://app.example`, as its `Origin` is written. To let them read the
    /// answers, and send cookies at all, `Start::cors` has to allow the origin as well.
    ///
    /// # Errors
    /// What no browser sends as an origin is an error at start-up.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Leaves a path and everything below it unprotected: one to which other sites send forms on purpose, as in a login by
    /// another service. `[name]` stands for any one segment.
    ///
    /// # Errors
    /// A path that is none is an error at start-up.
    pub fn except(mut self, path: impl Into<String>) -> Self {
        self.exceptions.push(path.into());
        self
    }
}

/// Settings of the protection from forged requests.
impl Start {
    /// Sets which requests with cookies are protected from pages of other sites, in place of those with the cookie of a
    /// session.
    ///
    /// ```
    /// use start_runtime::{Csrf, Start};
    ///
    /// let start = Start::new().csrf(Csrf::new().cookie("remember").origin("https://app.example").except("/login/callback"));
    /// ```
    pub fn csrf(mut self, csrf: Csrf) -> Self {
        self.settings.insert(csrf);
        self
    }

    /// Protects no request from pages of other sites: for programs that have another protection. What is left is
    /// `SameSite` of the cookies.
    pub fn without_csrf(self) -> Self {
        self.csrf(Csrf::of(Vec::<String>::new()))
    }
}
