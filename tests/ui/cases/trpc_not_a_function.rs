use start_runtime::trpc;

#[trpc::query]
struct Post;

struct Posts;

impl Posts {
    #[trpc::query]
    async fn all() -> u32 {
        1
    }
}

fn main() {}
