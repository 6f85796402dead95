use start_runtime::{Response, prelude::*};

/// The school's crest.
#[api_route(tag = "students")]
async fn GET() -> Response {
    Response::new(include_bytes!("../../../../assets/portrait.png").as_slice()).content_type("image/png")
}
