use start_runtime::prelude::*;

struct Db;

#[api_route("/api/students")]
async fn GET(db: Db) {
    let _ = db;
}

fn main() {}
