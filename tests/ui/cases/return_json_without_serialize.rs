use start_runtime::prelude::*;

struct Student;

#[api_route("/api/students")]
async fn GET() -> Json<Student> {
    Json(Student)
}

fn main() {}
