//! The counts of a program, and what becomes of them while their store is away.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::memory::InMemory;
use super::{Rate, RateDecision, RateOutage, RateStore};
use crate::kernel::{AskStore, StoreCheck};

/// Where the counts of a program are.
pub struct Counts {
    /// `None`: in memory.
    store: Option<Box<dyn RateStore>>,
    memory: InMemory,
    outage: RateOutage,
    is_away: AtomicBool,
}

/// Why a request cannot be counted.
type Away = Box<dyn StdError + Send + Sync>;

impl Counts {
    pub fn new(store: Option<Box<dyn RateStore>>, outage: RateOutage) -> Self {
        Self { store, memory: InMemory::default(), outage, is_away: AtomicBool::new(false) }
    }

    /// Counts a request.
    pub async fn take(&self, key: &str, rate: Rate) -> Result<RateDecision, Away> {
        let Some(store) = &self.store else { return self.memory.take(key, rate).await };
        match store.take(key, rate).await {
            Ok(decision) => {
                if self.is_away.load(Ordering::Relaxed) && self.is_away.swap(false, Ordering::Relaxed) {
                    tracing::info!("the store of rate limits is back");
                }
                Ok(decision)
            }
            Err(error) => {
                if !self.is_away.swap(true, Ordering::Relaxed) {
                    tracing::warn!("the store of rate limits is away, {}: {error}", self.outage.meaning());
                }
                match self.outage {
                    RateOutage::CountAlone => self.memory.take(key, rate).await,
                    RateOutage::Pass => Ok(RateDecision::Pass),
                    RateOutage::Refuse => Err(error),
                }
            }
        }
    }

    /// Where they are, for people, if the store says so.
    pub fn place(&self) -> Option<String> {
        self.store.as_ref()?.place()
    }

    /// Asks whether the store is there, if there is one. The program is ready without it, unless it refuses requests then.
    pub fn check(self: &Arc<Self>) -> Option<StoreCheck> {
        self.store.as_ref()?;
        let counts = self.clone();
        let ask: AskStore = Arc::new(move || {
            let counts = counts.clone();
            Box::pin(async move {
                let Some(store) = &counts.store else { return Ok(()) };
                store.check().await.map_err(|error| error.to_string())
            })
        });
        Some(StoreCheck { name: "rate limits".to_owned(), is_needed: self.outage == RateOutage::Refuse, ask })
    }
}
