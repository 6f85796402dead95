use start_runtime::prelude::*;

#[api_route("/api/system")]
mod system {
    use super::*;

    #[cfg(unix)]
    pub async fn GET() -> &'static str {
        "unix"
    }

    #[cfg(not(unix))]
    pub async fn GET() -> &'static str {
        "another"
    }

    #[cfg(unix)]
    #[api_route("/name")]
    pub mod name {
        pub async fn GET() -> &'static str {
            "unix"
        }
    }

    #[cfg(not(unix))]
    #[api_route("/name")]
    pub mod name {
        pub async fn GET() -> &'static str {
            "another"
        }
    }
}

fn main() {}
