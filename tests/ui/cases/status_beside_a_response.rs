use start_runtime::Response;
use start_runtime::prelude::*;

#[api_route("/api/students", status = 201)]
async fn POST() -> Response {
    Response::new("hello")
}

fn main() {}
