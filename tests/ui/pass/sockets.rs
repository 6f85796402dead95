//! Sockets in every form, alone and beside other routes of their path.
#![deny(warnings)]

use start_runtime::{Close, CloseCode, Socket, SocketClosed, prelude::*};

#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
struct Line {
    text: String,
}

#[ws_route("/chat/[room]", protocols = ["chat.v2", "chat.v1"], message_limit = 4 * 1024, tag = "chat")]
async fn chat(mut socket: WebSocket, room: String, event: APIEvent) -> Result<(), SocketClosed> {
    let _ = event.request.header("user-agent");
    while let Some(message) = socket.next().await {
        socket.send(message).await?;
        socket.send(room.as_str()).await?;
    }
    Ok(())
}

#[api_route(GET, "/chat/[room]")]
async fn members(room: String) -> String {
    room
}

#[ws_route("/typed", protocols = "one")]
async fn typed(_room: Query<std::collections::BTreeMap<String, String>>, mut socket: Socket<Line>) -> Result<(), Close> {
    while let Some(line) = socket.next().await {
        socket.send(&line).await.map_err(|_| Close::new(CloseCode::NORMAL))?;
    }
    Err(Close::because(CloseCode::POLICY, "done"))
}

#[ws_route("/halves")]
mod halves {
    use super::*;

    #[ws_route]
    pub async fn halves(socket: WebSocket) -> std::io::Result<()> {
        let (sender, mut receiver) = socket.split();
        while receiver.next().await.is_some() {
            if sender.is_closed() {
                break;
            }
        }
        Ok(())
    }
}

#[ws_route("/never")]
async fn never(socket: WebSocket) -> Result<(), Box<dyn std::error::Error>> {
    socket.close(CloseCode::TRY_AGAIN);
    Ok(())
}

fn main() {}
