use start_runtime::trpc;

#[trpc::query]
async fn hello() -> u32 {
    1
}

#[trpc::query("greeting")]
async fn hello() -> u32 {
    2
}

fn main() {}
