use super::{Counts, RateStore};
use crate::start::Start;

/// Settings of rate limits.
impl Start {
    /// Keeps the counts of `rate_limit = …` in a store of yours, such as a server that several programs share; in the
    /// memory of the program unless set.
    pub fn rate_limit_store(mut self, store: impl RateStore) -> Self {
        self.settings.insert(Counts(Box::new(store)));
        self
    }
}
