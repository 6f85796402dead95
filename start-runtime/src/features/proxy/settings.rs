use std::time::Duration;

use super::fetch::FetchPolicy;
use super::forward::Proxy;
use super::route::Proxies;
use crate::event::RequestBuilder;
use crate::start::Start;

/// Settings of requests to other programs.
impl Start {
    /// Forwards all requests at a path to another program, whatever their method: what
    /// [`APIEvent::forward`](crate::APIEvent::forward) does in a handler. The path may end with a catch-all: `/api/auth/$`,
    /// `/files/[...path]`. Takes a URL, or a [`Proxy`] with settings.
    ///
    /// Routes that are written out answer before it, middleware of the program runs around it, and the command `routes`
    /// does not know it, because it answers before the body of `main`. The document does not list it: it is the other
    /// program that knows its operations. A path, but for its dot segments, goes on as it came, empty segments and stray
    /// `%` included.
    ///
    /// ```standalone_crate
    /// use start_runtime::{Proxy, prelude::*};
    ///
    /// #[api_route("/api/owls")]
    /// async fn GET() -> &'static str {
    ///     "hoot"
    /// }
    ///
    /// fn program() -> Start {
    ///     Start::new()
    ///         .proxy("/api/auth/$", "http://127.0.0.1:4001")
    ///         .proxy("/files/[...path]", Proxy::to("http://127.0.0.1:4002/public/$").remove_header("cookie"))
    /// }
    /// # start_runtime::__rt::block_on(async { start_runtime::test::app_with(program()) });
    /// ```
    ///
    /// A URL that is none, or a path that another route has, is an error at start-up.
    pub fn proxy(mut self, path: impl Into<String>, to: impl Into<Proxy>) -> Self {
        self.settings.edit(|proxies: &mut Proxies| proxies.0.push((path.into(), to.into())));
        self
    }

    /// What `event.fetch` may do with a URL of another program.
    ///
    /// ```
    /// use start_runtime::{FetchPolicy, prelude::*};
    ///
    /// let start = Start::new().fetch_policy(FetchPolicy::new().public_only());
    /// ```
    pub fn fetch_policy(mut self, policy: FetchPolicy) -> Self {
        self.settings.insert(policy);
        self
    }
}

/// With the feature `proxy`, for requests to other programs.
impl RequestBuilder {
    /// How long the answer may take, and its body, if it is collected by `json`, `text` or `bytes`; in place of
    /// [`FetchPolicy::timeout`]. Zero means no limit.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// How many redirects are followed, in place of [`FetchPolicy::redirects`]. With 0, a redirect is the answer.
    pub fn redirects(mut self, most: usize) -> Self {
        self.options.redirects = Some(most);
        self
    }

    /// Refuses addresses of the inside, as [`FetchPolicy::public_only`] does for all requests: for a URL that a stranger
    /// has chosen.
    pub fn public_only(mut self) -> Self {
        self.options.public_only = true;
        self
    }
}
