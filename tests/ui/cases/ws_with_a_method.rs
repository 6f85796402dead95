use start_runtime::prelude::*;

#[ws_route(GET, "/api/chat", status = 201, body_limit = 1)]
async fn chat(_socket: WebSocket) {}

fn main() {}
