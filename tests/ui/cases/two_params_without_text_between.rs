use start_runtime::prelude::*;

#[api_route("/api/[a][b]")]
async fn GET(a: u8, b: u8) {
    let _ = (a, b);
}

fn main() {}
