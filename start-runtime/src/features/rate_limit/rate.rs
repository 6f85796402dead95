use std::fmt;
use std::time::Duration;

/// How many requests may come in how much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: u32,
    milliseconds: u64,
}

impl Rate {
    /// What an attribute says: both are above zero.
    pub const fn new(requests: u32, milliseconds: u64) -> Self {
        Self { requests, milliseconds }
    }

    /// The number of requests, from 1 to 10,000.
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// The time, from a millisecond to 30 days.
    pub const fn period(self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }
}

/// In words: `5 in 2 s`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
        let unit = UNITS.into_iter().find(|(size, _)| self.milliseconds.is_multiple_of(*size));
        let (size, name) = unit.unwrap_or((1, "ms"));
        write!(f, "{} in {} {name}", self.requests, self.milliseconds / size)
    }
}
