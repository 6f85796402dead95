use start_runtime::actix_web::Responder;
use start_runtime::prelude::*;

#[api_route("/api/students", status = 201)]
async fn POST() -> impl Responder {
    "hello"
}

fn main() {}
