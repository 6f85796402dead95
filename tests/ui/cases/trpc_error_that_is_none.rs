use start_runtime::trpc;

struct Wrong;

#[trpc::query]
async fn post() -> Result<u32, Wrong> {
    Err(Wrong)
}

fn main() {}
