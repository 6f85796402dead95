use start_runtime::{Next, prelude::*};

async fn by_id(id: u32, next: Next) -> Response {
    let _ = id;
    next.run().await
}

async fn of_three(event: APIEvent, next: Next, _: u32) -> Response {
    let _ = event;
    next.run().await
}

fn at_once(event: APIEvent, next: Next) -> Response {
    let _ = (event, next);
    Response::empty()
}

#[api_route("/api/admin", middleware = by_id)]
async fn GET() {}

#[api_route("/api/admin", middleware = of_three)]
async fn POST() {}

#[api_route("/api/admin", middleware = at_once)]
async fn PUT() {}

fn main() {
    let _ = Start::new().middleware(by_id);
}
