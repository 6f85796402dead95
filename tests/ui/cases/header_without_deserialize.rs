use start_runtime::prelude::*;

struct Agent;

#[api_route("/api/students")]
async fn GET(start_runtime::Header(agent): start_runtime::Header<Agent>) {
    let _ = agent;
}

fn main() {}
