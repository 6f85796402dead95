//! What clients call. The names begin at this module: `hello`, `letter.list`.

mod letter;

use std::time::Duration;

use start_runtime::trpc;

/// Some proxies keep a connection open behind which the program has died. So there is a sign of life every two seconds,
/// and a browser that misses it for five connects again.
pub fn app_router() -> trpc::Router {
    trpc::router!().sse_ping(Duration::from_secs(2)).sse_reconnect_after_inactivity(Duration::from_secs(5))
}

/// Says hello.
#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}
