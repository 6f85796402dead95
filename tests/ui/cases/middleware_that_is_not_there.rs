use start_runtime::prelude::*;

#[api_route("/api/admin", middleware = timed)]
async fn GET() {}

#[api_route("/api/admin", middleware = "timed")]
async fn POST() {}

#[api_route("/api/admin", middleware)]
async fn PUT() {}

#[api_route("/api/admin", middlewares = timed)]
async fn PATCH() {}

mod others {
    start_runtime::middleware!("timed");
}

fn main() {}
