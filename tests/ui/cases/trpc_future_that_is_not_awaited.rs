use start_runtime::trpc;

async fn found() -> u32 {
    1
}

#[trpc::query]
fn forgotten() -> impl Future<Output = u32> {
    found()
}

fn main() {}
