//! One post. Any text may stand for the id in the path; no post has an id that is not a number.

use start_runtime::prelude::*;

use crate::db::Db;
use crate::post::{NewPost, Post, PostError};

fn id(text: &str) -> Result<i64, PostError> {
    // `+1` and `01` are not the id `1`.
    let id = text.parse().ok().filter(|id: &i64| id.to_string() == text);
    id.ok_or(PostError::NotFound)
}

/// A post.
#[api_route(tag = "posts")]
async fn GET(post_id: String, db: Data<Db>) -> Result<Post, PostError> {
    db.post(id(&post_id)?).await?.ok_or(PostError::NotFound)
}

/// Replaces a post.
#[api_route(tag = "posts")]
async fn PUT(post_id: String, Json(new): Json<NewPost>, db: Data<Db>) -> Result<Post, PostError> {
    db.update(id(&post_id)?, &new).await?.ok_or(PostError::NotFound)
}

/// Deletes a post. A post that does not exist counts as deleted.
#[api_route(tag = "posts")]
async fn DELETE(post_id: String, db: Data<Db>) -> Result<(), Problem> {
    if let Ok(id) = id(&post_id) {
        db.delete(id).await?;
    }
    Ok(())
}
