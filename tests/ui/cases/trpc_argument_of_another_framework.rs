use start_runtime::trpc;

#[trpc::query]
async fn count(State(db): State<u32>) -> u32 {
    1
}

fn main() {}
