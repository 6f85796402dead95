use start_runtime::trpc;

#[trpc::query(meta)]
async fn nothing() {}

#[trpc::query(meta = ())]
async fn none() {}

#[trpc::query(meta("teacher"))]
async fn list() {}

fn main() {}
