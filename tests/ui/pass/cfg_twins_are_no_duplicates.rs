use start_runtime::prelude::*;

#[api_route("/api/system")]
#[cfg(unix)]
async fn GET() -> &'static str {
    "unix"
}

#[api_route("/api/system")]
#[cfg(not(unix))]
async fn GET() -> &'static str {
    "another"
}

fn main() {}
