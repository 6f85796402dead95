use start_runtime::{Response, prelude::*, trpc};

use crate::procedures::app_router;

/// Answers clients of tRPC.
#[api_route(GET, POST, hidden)]
async fn trpc(event: APIEvent) -> Response {
    trpc::fetch_request_handler(event, "/api/trpc", &app_router()).await
}
