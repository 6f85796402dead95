use start_runtime::prelude::*;

#[ws_route("/api/chat")]
fn chat(_socket: WebSocket) {}

fn main() {}
