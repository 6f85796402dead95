use start_runtime::prelude::*;

#[ws_route("/api/chat/[room]")]
async fn chat(_socket: WebSocket, _room: String) {}

#[ws_route("/api/chat/[id]")]
async fn talk(_socket: WebSocket, _id: u32) {}

#[api_route(GET, "/api/chat/[room]")]
async fn members(room: String) -> String {
    room
}

fn main() {}
