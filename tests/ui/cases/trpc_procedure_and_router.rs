use start_runtime::trpc;

#[trpc::query]
async fn post() -> u32 {
    1
}

#[trpc::query("post.byId")]
async fn by_id(input: u32) -> u32 {
    input
}

fn main() {}
