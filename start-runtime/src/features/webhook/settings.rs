use std::marker::PhantomData;
use std::time::Duration;

use super::config::{Configs, TOLERANCE};
use super::once::Once;
use super::once::store::OnceStore;
use super::scheme::WebhookScheme;
use super::secrets::WebhookSecrets;
use crate::start::Start;

/// Registered where a sender is set up, so that the start-up checks can miss it.
pub struct IsSetUp<S>(PhantomData<fn() -> S>);

/// Settings of webhooks.
impl Start {
    /// Sets up a sender of webhooks: its deliveries are signed with one of these secrets. A delivery may have been signed
    /// five minutes ago at most, and five minutes ahead, if the sender says when.
    ///
    /// A handler that takes a [`Webhook`](crate::webhook::Webhook) whose sender is not set up is an error at start-up, and
    /// so is a secret that this sender does not use.
    ///
    /// ```no_run
    /// use start_runtime::prelude::*;
    /// use start_runtime::webhook::{Stripe, WebhookSecrets};
    ///
    /// #[start_runtime::main]
    /// async fn main() -> std::io::Result<()> {
    ///     let secrets = WebhookSecrets::from_env("STRIPE_WEBHOOK_SECRET")?;
    ///     Start::new().webhook::<Stripe>(secrets).serve().await
    /// }
    /// ```
    pub fn webhook<S: WebhookScheme>(self, secrets: WebhookSecrets) -> Self {
        self.webhook_within::<S>(secrets, TOLERANCE)
    }

    /// The same for deliveries that may have been signed so long ago, and so far ahead; a second at least.
    pub fn webhook_within<S: WebhookScheme>(mut self, secrets: WebhookSecrets, tolerance: Duration) -> Self {
        self.settings.edit(|configs: &mut Configs| configs.add::<S>(&secrets, tolerance));
        self.provide(IsSetUp::<S>(PhantomData))
    }

    /// Keeps in this store what [`APIEvent::once`](crate::APIEvent::once) has done; in the memory of the program unless set.
    /// Several processes need a store that they share: `SqliteOnce` on one machine, `RedisOnce` on several. While it is away,
    /// the program is not ready (`/health/ready`).
    pub fn once_store(mut self, store: impl OnceStore) -> Self {
        self.settings.insert(Once::new(store));
        self
    }
}
