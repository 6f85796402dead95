use start_runtime::prelude::*;

struct Db;

#[api_route("/api/users")]
async fn GET(Data(db): Data<Db>) -> String {
    let _ = db;
    String::new()
}

fn main() {}
