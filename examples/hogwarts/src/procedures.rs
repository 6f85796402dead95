//! The procedures that clients of tRPC call.

use start_runtime::trpc;

/// Their names begin at this module: `hello`.
pub fn app_router() -> trpc::Router {
    trpc::router!()
}

/// Says hello.
#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}
