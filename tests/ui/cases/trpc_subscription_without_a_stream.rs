use start_runtime::trpc;

#[trpc::subscription]
async fn nothing() {}

#[trpc::subscription]
async fn list() -> Vec<u32> {
    vec![1]
}

fn main() {}
