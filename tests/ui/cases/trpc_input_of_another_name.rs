use start_runtime::trpc;

#[trpc::query]
async fn hello(name: String) -> String {
    name
}

#[trpc::query]
async fn many(ids: Vec<u32>) -> usize {
    ids.len()
}

#[trpc::query]
async fn nameless(_: u32) -> u32 {
    1
}

fn main() {}
