use start_runtime::{Response, prelude::*};

/// The list of students, for printing.
#[api_route(tag = "students")]
async fn GET() -> Response {
    Response::new(include_bytes!("../../../../assets/list.pdf").as_slice()).content_type("application/pdf")
}
