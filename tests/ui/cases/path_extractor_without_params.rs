use start_runtime::actix_web::web;
use start_runtime::prelude::*;

#[api_route("/api/users")]
async fn GET(id: web::Path<u32>) -> String {
    id.to_string()
}

fn main() {}
