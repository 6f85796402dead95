use schemars::JsonSchema;
use serde::Deserialize;
use start_runtime::prelude::*;
use start_runtime::{Multipart, UploadedFile};

use crate::db::Db;
use crate::upload::{Stored, Uploads};

/// Files, and the data that they share.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Upload {
    title: String,
    #[schemars(length(min = 1))]
    file: Vec<UploadedFile>,
}

/// Stores files, up to 2 GiB in total.
///
/// They are written to disk as they arrive. A request that is refused leaves nothing behind.
#[api_route(tag = "files", status = 201, body_limit = 2 * 1024 * 1024 * 1024)]
async fn POST(
    Multipart(upload): Multipart<Upload>,
    db: Data<Db>,
    uploads: Data<Uploads>,
) -> Result<Vec<Stored>, Problem> {
    if upload.file.iter().any(|file| file.file_name().unwrap_or_default().is_empty()) {
        return Err(Problem::unprocessable("each `file` needs a file name"));
    }
    let mut stored = Vec::new();
    for file in upload.file {
        stored.push(uploads.keep(file).await?);
    }
    db.insert_uploads(&upload.title, &stored).await?;
    Ok(stored)
}
