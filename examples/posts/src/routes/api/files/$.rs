use schemars::JsonSchema;
use serde::Serialize;
use start_runtime::prelude::*;

/// The path that was requested.
#[derive(Serialize, JsonSchema)]
struct File {
    path: String,
}

/// The rest of the path, decoded; empty for `/api/files`.
#[api_route(tag = "files")]
async fn GET(splat: String) -> File {
    File { path: splat }
}
