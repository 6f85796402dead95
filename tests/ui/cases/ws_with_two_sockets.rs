use start_runtime::{Socket, prelude::*};

#[ws_route("/api/chat")]
async fn chat(_one: WebSocket, _other: Socket<String>) {}

fn main() {}
