//! One post. Any text may stand for its id in the path; a text that is no number is the id of no post.

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

/// Writes a post anew.
#[api_route(tag = "posts")]
async fn PUT(post_id: String, Json(new): Json<NewPost>, db: Data<Db>) -> Result<Post, PostError> {
    db.update(id(&post_id)?, &new).await?.ok_or(PostError::NotFound)
}

/// Deletes a post. One that is not there counts as deleted.
#[api_route(tag = "posts")]
async fn DELETE(post_id: String, db: Data<Db>) -> Result<(), Problem> {
    if let Ok(id) = id(&post_id) {
        db.delete(id).await?;
    }
    Ok(())
}
