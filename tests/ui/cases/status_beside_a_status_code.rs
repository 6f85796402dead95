use start_runtime::prelude::*;

#[api_route("/api/students", status = 201)]
async fn POST() -> StatusCode {
    StatusCode::OK
}

fn main() {}
