use schemars::JsonSchema;
use serde::Serialize;
use start_runtime::prelude::*;

use crate::db::Db;

/// The figures of the site.
#[derive(Serialize, JsonSchema)]
struct Figures {
    posts: i64,
}

/// Figures for other sites. Shared caches may keep them for a minute.
#[api_route(tag = "server")]
async fn GET(event: APIEvent, db: Data<Db>) -> Result<Figures, Problem> {
    let posts = db.count().await?;
    event.response.set_header("Cache-Control", "public, s-maxage=60");
    event.response.set_header("Access-Control-Allow-Origin", "*");
    Ok(Figures { posts })
}
