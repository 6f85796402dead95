use start_runtime::prelude::*;

#[ws_route("/api/chat")]
async fn chat(_socket: WebSocket) -> String {
    String::new()
}

#[ws_route("/api/talk")]
async fn talk(_socket: WebSocket) -> Result<String, Problem> {
    Ok(String::new())
}

fn main() {}
