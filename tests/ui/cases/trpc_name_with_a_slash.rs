use start_runtime::trpc;

#[trpc::query("greeting/hello")]
async fn hello() -> &'static str {
    "hello"
}

fn main() {}
