use start_runtime::prelude::*;

#[ws_route("/api/chat/[room]")]
async fn chat(_room: String) {}

fn main() {}
