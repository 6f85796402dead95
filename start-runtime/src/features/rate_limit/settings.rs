use super::{RateOutage, RateStore};
use crate::start::Start;

/// What the program has chosen.
#[derive(Default)]
pub struct Chosen {
    /// `None`: the memory of the program.
    pub store: Option<Box<dyn RateStore>>,
    pub outage: RateOutage,
}

/// Settings of rate limits.
impl Start {
    /// Keeps the counts of `rate_limit = …` in a store that several programs share, such as a `Redis` (with the feature
    /// `redis`) or one of yours; in the memory of the program unless set.
    pub fn rate_limit_store(mut self, store: impl RateStore) -> Self {
        self.settings.edit(|chosen: &mut Chosen| chosen.store = Some(Box::new(store)));
        self
    }

    /// Sets what becomes of limits while their store cannot be asked. Unless set, each program counts in its own memory
    /// ([`RateOutage::CountAlone`]). The log says once when the store goes away, and once when it is back.
    ///
    /// ```
    /// use start_runtime::{RateOutage, Start};
    ///
    /// // Rather no login than one attempt too many.
    /// let start = Start::new().rate_limit_outage(RateOutage::Refuse);
    /// # let _ = start;
    /// ```
    pub fn rate_limit_outage(mut self, outage: RateOutage) -> Self {
        self.settings.edit(|chosen: &mut Chosen| chosen.outage = outage);
        self
    }
}
