use start_runtime::trpc;

#[trpc::query]
async unsafe fn unchecked() {}

#[trpc::query]
extern "C" fn foreign() {}

#[trpc::query]
async fn borrows(input: String) -> &str {
    "hello"
}

#[trpc::query]
async fn any(input: impl Into<String>) -> String {
    input.into()
}

fn main() {}
