use start_runtime::prelude::*;

struct Db;

#[api_route("/api/users")]
async fn GET(State(db): State<Db>) -> String {
    String::new()
}

fn main() {}
