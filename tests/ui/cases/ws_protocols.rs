use start_runtime::prelude::*;

#[ws_route("/api/a", protocols = ["chat v2"])]
async fn a(_socket: WebSocket) {}

#[ws_route("/api/b", protocols = ["chat", "chat"])]
async fn b(_socket: WebSocket) {}

#[ws_route("/api/c", protocols = 2)]
async fn c(_socket: WebSocket) {}

#[ws_route("/api/d", protocols = [])]
async fn d(_socket: WebSocket) {}

#[ws_route("/api/e", protocol = "chat")]
async fn e(_socket: WebSocket) {}

#[ws_route("/api/f", message_limit = "1 MB")]
async fn f(_socket: WebSocket) {}

fn main() {}
