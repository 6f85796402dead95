use start_runtime::trpc;

#[trpc::query]
async fn then() {}

#[trpc::mutation]
async fn call() {}

#[trpc::query("apply.it")]
async fn apply() {}

fn main() {}
