use start_runtime::trpc;

struct Post;

#[trpc::query]
async fn post() -> Post {
    Post
}

#[trpc::query]
async fn result() -> Result<Post, trpc::Error> {
    Ok(Post)
}

fn main() {}
