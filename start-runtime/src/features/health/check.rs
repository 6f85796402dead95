//! One check: asked once at a time, within its time, and remembered for a moment.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::base::panic::catch;
use crate::kernel::StoreCheck;

/// How long a check may take, unless it says so itself.
pub const LIMIT: Duration = Duration::from_secs(2);

/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(1);

/// What a check finds: `Err` has the reason.
type Found = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// A check of the program.
pub struct Check {
    pub name: String,
    limit: Duration,
    ask: Box<dyn Fn() -> Found + Send + Sync>,
    /// Held while the check is asked: who waits for it reads what the one before has found.
    last: Mutex<Option<Last>>,
}

#[derive(Clone, Copy)]
struct Last {
    at: Instant,
    is_good: bool,
}

impl Check {
    pub fn new<F, E>(name: String, limit: Duration, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + 'static,
        E: Display,
    {
        let ask = move || -> Found {
            let found = check();
            Box::pin(async move { found.await.map_err(|error| error.to_string()) })
        };
        Self { name, limit, ask: Box::new(ask), last: Mutex::new(None) }
    }

    /// The check of a store that a capability needs.
    pub fn of_store(store: &StoreCheck) -> Self {
        let ask = store.ask.clone();
        Self::new(store.name.clone(), LIMIT, move || ask())
    }

    /// Whether all is well.
    pub async fn is_good(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some(Last { is_good, .. }) = last.filter(|last| last.at.elapsed() < FRESH) {
            return is_good;
        }
        let found = self.find().await;
        let was_good = last.is_none_or(|last| last.is_good);
        *last = Some(Last { at: Instant::now(), is_good: found.is_ok() });
        match &found {
            Err(reason) if was_good => tracing::warn!("the check `{}` fails: {reason}", self.name),
            Ok(()) if !was_good => tracing::info!("the check `{}` is good again", self.name),
            _ => {}
        }
        found.is_ok()
    }

    async fn find(&self) -> Result<(), String> {
        let mut found = catch(|| (self.ask)()).map_err(panicked)?;
        let caught = poll_fn(|cx| match catch(|| found.as_mut().poll(cx)) {
            Ok(poll) => poll,
            Err(text) => Poll::Ready(Err(panicked(text))),
        });
        timeout(self.limit, caught).await.unwrap_or_else(|_| Err(format!("it takes longer than {:?}", self.limit)))
    }
}

fn panicked(text: String) -> String {
    format!("it panicked: {text}")
}
