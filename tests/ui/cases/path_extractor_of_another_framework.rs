use start_runtime::prelude::*;

#[api_route("/api/users/[id]")]
async fn GET(Path(id): Path<u32>) -> String {
    id.to_string()
}

fn main() {}
