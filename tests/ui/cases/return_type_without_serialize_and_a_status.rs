use start_runtime::prelude::*;

struct Student;

#[api_route("/api/students", status = 201)]
async fn POST() -> Student {
    Student
}

fn main() {}
