use start_runtime::{Response, prelude::*};

/// The school's crest.
#[api_route(GET, "/api/students/portrait.png", tag = "students")]
async fn portrait() -> Response {
    Response::new(include_bytes!("../../assets/portrait.png").as_slice()).content_type("image/png")
}

/// The list of students, to print.
#[api_route(GET, "/api/students/list.pdf", tag = "students")]
async fn list() -> Response {
    Response::new(include_bytes!("../../assets/list.pdf").as_slice()).content_type("application/pdf")
}
