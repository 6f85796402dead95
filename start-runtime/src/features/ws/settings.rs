use std::time::Duration;

use crate::base::timeouts::bounded;
use crate::start::Start;

/// How the program's WebSockets behave, for [`Start::sockets`].
///
/// | setting | without it |
/// |---|---|
/// | [`message_limit`](Self::message_limit) | 64 KiB |
/// | [`ping`](Self::ping) | every 20 seconds; a client that leaves one unanswered for 20 seconds is gone |
/// | [`origin`](Self::origin), [`any_origin`](Self::any_origin) | pages of the program itself, and clients that are no browsers |
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::sockets`"]
pub struct Sockets {
    pub(super) message_limit: usize,
    pub(super) ping_every: Duration,
    pub(super) ping_timeout: Duration,
    pub(super) origins: Vec<String>,
    pub(super) any_origin: bool,
}

impl Default for Sockets {
    fn default() -> Self {
        Self::new()
    }
}

impl Sockets {
    /// The settings that hold without any.
    pub fn new() -> Self {
        Self {
            message_limit: 64 * 1024,
            ping_every: Duration::from_secs(20),
            ping_timeout: Duration::from_secs(20),
            origins: Vec::new(),
            any_origin: false,
        }
    }

    /// How many bytes a message of a client may have, after its fragments are joined. A longer one closes the socket with
    /// 1009, as soon as its length is known. `message_limit = …` in the attribute says it for one route.
    pub fn message_limit(mut self, bytes: usize) -> Self {
        self.message_limit = bytes;
        self
    }

    /// How often a client is sent a ping (RFC 6455, section 5.5.2), and how long it may leave one unanswered before its
    /// connection is closed. [`WebSocket::ping`](crate::WebSocket::ping) says it for one socket.
    ///
    /// # Errors
    /// Zero is an error at start-up.
    pub fn ping(mut self, every: Duration, timeout: Duration) -> Self {
        self.ping_every = bounded(every);
        self.ping_timeout = bounded(timeout);
        self
    }

    /// Lets pages of another origin open sockets: `https://app.example`, as their `Origin` is written. Browsers send the
    /// cookies of the program along, whatever page opens a socket, and CORS does not apply to sockets.
    ///
    /// # Errors
    /// What no browser sends as an origin is an error at start-up.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Lets pages of all origins open sockets: for routes that anybody may use, and that know nobody by a cookie.
    pub fn any_origin(mut self) -> Self {
        self.any_origin = true;
        self
    }
}

/// Settings of WebSockets.
impl Start {
    /// Sets limits, pings and the origins that may open WebSockets.
    ///
    /// ```
    /// use start_runtime::{Sockets, Start};
    ///
    /// let start = Start::new().sockets(Sockets::new().message_limit(1024 * 1024).origin("https://app.example"));
    /// ```
    pub fn sockets(mut self, sockets: Sockets) -> Self {
        self.settings.insert(sockets);
        self
    }
}
