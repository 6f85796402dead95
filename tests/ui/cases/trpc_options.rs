use start_runtime::trpc;

#[trpc::query(name = "hello")]
async fn name() {}

#[trpc::query(gard = only_me)]
async fn misspelled() {}

#[trpc::mutation(status = 201)]
async fn status() {}

#[trpc::query(rate_limit = "5 / 2s")]
async fn limited() {}

#[trpc::query(guard = only_me)]
async fn guarded() {}

fn only_me() {}

fn main() {}
