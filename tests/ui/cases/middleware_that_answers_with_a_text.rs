use start_runtime::{Next, prelude::*};

async fn around(_: APIEvent, next: Next) -> String {
    let _ = next;
    String::new()
}

async fn before(_: APIEvent) -> Response {
    Response::empty()
}

#[derive(Debug)]
struct NoError;

async fn failing(_: APIEvent) -> Result<(), NoError> {
    Err(NoError)
}

#[api_route("/api/admin", middleware = around)]
async fn GET() {}

#[api_route("/api/admin", middleware = before)]
async fn POST() {}

#[api_route("/api/admin", middleware = failing)]
async fn PUT() {}

fn main() {}
