use start_runtime::prelude::*;
use start_runtime::webhook::Webhook;

struct NoScheme;

#[derive(serde::Deserialize)]
struct Order {
    id: u32,
}

#[api_route("/api/webhooks/orders")]
async fn POST(Webhook { event, .. }: Webhook<NoScheme, Order>) -> u32 {
    event.id
}

fn main() {}
