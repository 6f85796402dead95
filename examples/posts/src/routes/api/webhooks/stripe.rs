use schemars::JsonSchema;
use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::webhook::{Stripe, Webhook};

use crate::db::Db;
use crate::stripe::{Event, StripeError};

/// The event was taken.
#[derive(Serialize, JsonSchema)]
struct Received {
    received: bool,
}

/// Takes events of Stripe. A completed checkout is stored once, however often it is delivered.
#[api_route(tag = "server")]
async fn POST(event: Result<Webhook<Stripe, Event>, StripeError>, db: Data<Db>) -> Result<Received, StripeError> {
    let Event { id, r#type, data } = event?.into_event();
    let is_completed = r#type.as_deref() == Some("checkout.session.completed");
    if let (true, Some(id), Some(data)) = (is_completed, id, data) {
        db.insert_checkout(&id, &data.object).await?;
    }
    Ok(Received { received: true })
}
