use start_runtime::trpc;

struct Db;

#[trpc::query]
async fn count(db: Db) -> u32 {
    let Db = db;
    1
}

fn main() {}
