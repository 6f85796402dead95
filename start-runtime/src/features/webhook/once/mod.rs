//! The work of a delivery, done once.
//!
//! Senders send a delivery again until they have read a good answer, also at the same time to another process. So a
//! store knows which ids are done, and which are being worked on until when:
//!
//! ```text
//!            claim                    finish
//!   unknown ───────▶ claimed, until … ───────▶ done, until …
//!      ▲                  │
//!      └──────────────────┘ release: the work has failed, panicked, or was dropped; or its time is over
//! ```

pub mod memory;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "webhook-sqlite")]
pub mod sqlite;
pub mod store;

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpMessage as _;

use crate::event::APIEvent;
use crate::kernel::{AskStore, StoreCheck};
use crate::response::Problem;
use memory::InMemory;
use store::{Claim, OnceError, OnceStore};

/// How long nobody else begins work that was begun: 5 minutes. It only ends that long after a process was killed.
const LEASE: Duration = Duration::from_secs(5 * 60);

/// How long is known what was done: 30 days. Senders try again for a few days at most.
const KEEP: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// After how many seconds a client may ask again whose delivery is being worked on.
const ASK_AGAIN: &str = "10";

/// After how many seconds a client may ask again while the store is away.
const RETRY_AFTER: &str = "1";

/// Where the program keeps what is done.
#[derive(Clone)]
pub struct Once(Arc<dyn OnceStore>);

impl Once {
    pub fn new(store: impl OnceStore) -> Self {
        Self(Arc::new(store))
    }

    fn of(event: &APIEvent) -> Self {
        let call = event.request.call();
        if let Some(once) = call.exchange().worker.app.state.get::<Self>() {
            return once.clone();
        }
        // The event of a test belongs to no program.
        let mut extensions = call.http().extensions_mut();
        if !extensions.contains::<Self>() {
            extensions.insert(Self::default());
        }
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Where it is, for people, if the store says so.
    pub fn place(&self) -> Option<String> {
        self.0.place()
    }

    /// Asks whether the store is there.
    pub fn check(&self) -> StoreCheck {
        let store = self.0.clone();
        let ask: AskStore = Arc::new(move || {
            let store = store.clone();
            Box::pin(async move { store.check().await.map_err(|error| error.to_string()) })
        });
        StoreCheck { name: "deliveries".to_owned(), is_needed: true, ask }
    }
}

impl Default for Once {
    fn default() -> Self {
        Self::new(InMemory::default())
    }
}

/// Work that is done once.
impl APIEvent {
    /// Does the work of a delivery, unless it was done before: `Some` with what the work returns, or `None`. The id is what
    /// the sender calls the delivery or its event; another route has ids of its own.
    ///
    /// ```
    /// use start_runtime::prelude::*;
    /// use start_runtime::webhook::{Stripe, Webhook};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Event {
    ///     id: String,
    /// }
    ///
    /// #[api_route("/api/webhooks/stripe")]
    /// async fn POST(hook: Webhook<Stripe, Event>, event: APIEvent) -> Result<&'static str, Problem> {
    ///     let done = event.once(&hook.id, async { send_letter().await }).await?;
    ///     Ok(if done.is_some() { "sent" } else { "sent before" })
    /// }
    /// # async fn send_letter() -> Result<(), Problem> { Ok(()) }
    /// # fn main() {}
    /// ```
    ///
    /// What is done is known for 30 days, in the store of [`Start::once_store`](crate::Start::once_store): the memory of the
    /// program unless set, so a program that runs more than once, or must know it after a restart, sets one.
    ///
    /// If the work fails, panics, or is dropped because its client has gone, it counts as not done, and the next delivery
    /// does it. If the process is killed meanwhile, the next one does it that comes 5 minutes after the work was begun or
    /// later; so work may take as long, and what it has done until then is done again. A write to a database that must be
    /// exact has the id as a key of its own in the same transaction, and needs no store.
    ///
    /// # Errors
    /// - the error of the work
    /// - 409 with `Retry-After` if the work is being done at the moment: the sender tries again, and learns whether it was
    /// - 503 with `Retry-After` if the store cannot be asked: no work has begun
    pub async fn once<T, E: From<Problem>>(
        &self,
        id: impl AsRef<str>,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<Option<T>, E> {
        let Once(store) = Once::of(self);
        let pattern = self.request.call().exchange().entry.map_or("", |entry| entry.route.pattern);
        let (key, owner) = (format!("{pattern}\n{}", id.as_ref()), owner());
        match store.claim(&key, &owner, LEASE).await.map_err(unavailable)? {
            Claim::Done => return Ok(None),
            Claim::Busy => return Err(busy().into()),
            Claim::Yours => {}
        }
        // Whose end is waited for where the work is dropped: nothing ends what begins to be there while it is dropped.
        self.request.call().exchange().outer(self.request.http());
        let mut claimed = Claimed { event: self, store: store.clone(), names: Some((key.clone(), owner.clone())) };
        let result = work.await;
        claimed.names = None;
        match result {
            Ok(value) => {
                // The work is done, so the sender must not hear otherwise. The claim stands until its time is over.
                if let Err(error) = store.finish(&key, &owner, KEEP).await {
                    tracing::error!(target: "start_runtime::webhook", "nobody will know that a delivery is done: {error}");
                }
                Ok(Some(value))
            }
            Err(error) => {
                log_kept(store.release(&key, &owner).await);
                Err(error)
            }
        }
    }
}

/// Work that was begun. If it is dropped before its end, others may begin it.
struct Claimed<'a> {
    event: &'a APIEvent,
    store: Arc<dyn OnceStore>,
    /// The key and its owner, until the work has ended.
    names: Option<(String, String)>,
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        if let Some((key, owner)) = self.names.take() {
            let store = self.store.clone();
            self.event.after(async move { log_kept(store.release(&key, &owner).await) });
        }
    }
}

fn log_kept(released: Result<(), OnceError>) {
    if let Err(error) = released {
        let minutes = LEASE.as_secs() / 60;
        tracing::error!(target: "start_runtime::webhook", "a delivery whose work has failed is not done again before {minutes} minutes have passed: {error}");
    }
}

fn unavailable(error: OnceError) -> Problem {
    let away = Problem::new(503).with_detail("deliveries are not available at the moment");
    away.header("retry-after", RETRY_AFTER).caused_by(error)
}

fn busy() -> Problem {
    Problem::conflict("this delivery is being worked on").header("Retry-After", ASK_AGAIN)
}

/// A name that nobody else has: 128 random bits.
fn owner() -> String {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).expect("the operating system has random bytes");
    hex::encode(bytes)
}
