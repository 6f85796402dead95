use start_runtime::trpc;

#[trpc::query]
async fn add_post() -> u32 {
    1
}

#[trpc::mutation("addPost")]
async fn add() -> u32 {
    2
}

fn main() {}
