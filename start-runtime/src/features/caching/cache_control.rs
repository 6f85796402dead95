use std::fmt;
use std::time::Duration;

/// The header Cache-Control (RFC 9111, section 5.2.2): who may keep an answer, and for how long.
///
/// ```
/// use std::time::Duration;
/// use start_runtime::CacheControl;
///
/// let hour = Duration::from_secs(3600);
/// assert_eq!(CacheControl::public().max_age(hour).immutable().to_string(), "public, max-age=3600, immutable");
/// assert_eq!(CacheControl::no_store().to_string(), "no-store");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheControl {
    base: &'static str,
    max_age: Option<Duration>,
    shared_max_age: Option<Duration>,
    stale_while_revalidate: Option<Duration>,
    stale_if_error: Option<Duration>,
    must_revalidate: bool,
    no_transform: bool,
    immutable: bool,
}

impl CacheControl {
    /// `public`: every cache may keep it, also those that many clients share.
    pub const fn public() -> Self {
        Self::with("public")
    }

    /// `private`: only the client itself may keep it.
    pub const fn private() -> Self {
        Self::with("private")
    }

    /// `no-cache`: caches may keep it, and ask each time whether it is still right.
    pub const fn no_cache() -> Self {
        Self::with("no-cache")
    }

    /// `no-store`: nobody keeps it.
    pub const fn no_store() -> Self {
        Self::with("no-store")
    }

    const fn with(base: &'static str) -> Self {
        Self {
            base,
            max_age: None,
            shared_max_age: None,
            stale_while_revalidate: None,
            stale_if_error: None,
            must_revalidate: false,
            no_transform: false,
            immutable: false,
        }
    }

    /// Sets how long it is fresh, in whole seconds.
    #[must_use]
    pub const fn max_age(mut self, time: Duration) -> Self {
        self.max_age = Some(time);
        self
    }

    /// Sets how long it is fresh in a cache that many clients share, in whole seconds (`s-maxage`).
    #[must_use]
    pub const fn shared_max_age(mut self, time: Duration) -> Self {
        self.shared_max_age = Some(time);
        self
    }

    /// Lets caches send it for so long after it was fresh, while they ask for a new one (RFC 5861, section 3).
    #[must_use]
    pub const fn stale_while_revalidate(mut self, time: Duration) -> Self {
        self.stale_while_revalidate = Some(time);
        self
    }

    /// Lets caches send it for so long after it was fresh, if the program fails (RFC 5861, section 4).
    #[must_use]
    pub const fn stale_if_error(mut self, time: Duration) -> Self {
        self.stale_if_error = Some(time);
        self
    }

    /// Forbids caches to send it once it is no longer fresh.
    #[must_use]
    pub const fn must_revalidate(mut self) -> Self {
        self.must_revalidate = true;
        self
    }

    /// Forbids everybody on the way to change the content, compression included.
    #[must_use]
    pub const fn no_transform(mut self) -> Self {
        self.no_transform = true;
        self
    }

    /// Promises that it never changes while it is fresh (RFC 8246).
    #[must_use]
    pub const fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }
}

/// As it is sent.
impl fmt::Display for CacheControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base)?;
        let times = [
            ("max-age", self.max_age),
            ("s-maxage", self.shared_max_age),
            ("stale-while-revalidate", self.stale_while_revalidate),
            ("stale-if-error", self.stale_if_error),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                write!(f, ", {name}={}", time.as_secs())?;
            }
        }
        let words = [
            ("must-revalidate", self.must_revalidate),
            ("no-transform", self.no_transform),
            ("immutable", self.immutable),
        ];
        for (name, _) in words.into_iter().filter(|(_, is_said)| *is_said) {
            write!(f, ", {name}")?;
        }
        Ok(())
    }
}
