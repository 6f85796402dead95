use start_runtime::prelude::*;

struct Student;

#[api_route("/api/students")]
async fn POST() -> (StatusCode, Student) {
    (StatusCode::CREATED, Student)
}

fn main() {}
