use start_runtime::prelude::*;

#[ws_route("/api/chat")]
async fn chat(_socket: WebSocket, Json(_first): Json<String>) {}

fn main() {}
