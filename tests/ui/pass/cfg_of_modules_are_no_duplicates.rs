use start_runtime::prelude::*;

#[api_route("/api/system")]
#[cfg(unix)]
mod system {
    pub async fn GET() -> &'static str {
        "unix"
    }
}

#[api_route("/api/system")]
#[cfg(not(unix))]
mod system {
    pub async fn GET() -> &'static str {
        "another"
    }
}

fn main() {}
