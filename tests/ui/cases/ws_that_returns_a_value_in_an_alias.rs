use start_runtime::prelude::*;

type Result = std::result::Result<u8, Problem>;

#[ws_route("/api/chat")]
async fn chat(_socket: WebSocket) -> Result {
    Ok(1)
}

fn main() {}
