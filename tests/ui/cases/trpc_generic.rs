use start_runtime::trpc;

#[trpc::query]
async fn generic<T: Send>(input: u32) -> u32 {
    input
}

#[trpc::query]
async fn borrowed(input: &str) -> u32 {
    input.len() as u32
}

fn main() {}
