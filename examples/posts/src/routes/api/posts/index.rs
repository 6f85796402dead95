use start_runtime::prelude::*;

use crate::db::Db;
use crate::post::{NewPost, Post};

/// All posts, the oldest first.
#[api_route(tag = "posts")]
async fn GET(db: Data<Db>) -> Result<Vec<Post>, Problem> {
    Ok(db.posts().await?)
}

/// Adds a post.
#[api_route(tag = "posts", status = 201)]
async fn POST(event: APIEvent, Json(new): Json<NewPost>, db: Data<Db>) -> Result<Post, Problem> {
    let post = db.insert(new).await?;
    event.response.set_header("Location", format!("/api/posts/{}", post.id));
    Ok(post)
}
