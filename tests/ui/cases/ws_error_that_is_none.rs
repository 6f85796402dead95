use start_runtime::prelude::*;

struct Wrong;

#[ws_route("/api/chat")]
async fn chat(_socket: WebSocket) -> Result<(), Wrong> {
    Err(Wrong)
}

fn main() {}
