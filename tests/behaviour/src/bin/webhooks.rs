//! A program with a webhook by the secret in its environment, which stops as soon as it listens, or with `STAY` after a
//! minute.

use std::time::Duration;

use start_runtime::actix_web::rt;
use start_runtime::prelude::*;
use start_runtime::webhook::{Payload, Stripe, Webhook, WebhookSecrets};

#[api_route("/api/webhooks/stripe")]
async fn POST(hook: Webhook<Stripe, Payload>) -> String {
    format!("{} bytes", hook.event.0.len())
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let secrets = WebhookSecrets::from_env("STRIPE_WEBHOOK_SECRET")?;
    println!("{secrets:?}");
    let start = Start::new().webhook::<Stripe>(secrets);
    let time = std::env::var_os("STAY").map_or(Duration::from_millis(300), |_| Duration::from_secs(60));
    rt::spawn(async move {
        rt::time::sleep(time).await;
        std::process::exit(0);
    });
    start.serve().await
}
