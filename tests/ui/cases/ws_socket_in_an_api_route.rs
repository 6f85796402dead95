use start_runtime::prelude::*;

#[api_route(GET, "/api/chat", protocols = ["chat"])]
async fn chat(_socket: WebSocket) {}

fn main() {}
