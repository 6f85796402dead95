/// What becomes of limits while their store cannot be asked ([`Start::rate_limit_outage`](crate::Start::rate_limit_outage)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateOutage {
    /// Each program counts in its own memory: of two programs, each lets as many pass as the rate allows. The default.
    #[default]
    CountAlone,
    /// All requests pass.
    Pass,
    /// Routes with a limit answer 503 with `Retry-After`, and `/health/ready` fails.
    Refuse,
}

impl RateOutage {
    /// What the log says.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::CountAlone => "so this program counts alone",
            Self::Pass => "so all requests pass",
            Self::Refuse => "so routes with a limit answer 503",
        }
    }
}
