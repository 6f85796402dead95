use start_runtime::prelude::*;

struct Student;

#[api_route("/api/students")]
async fn GET() -> Vec<Student> {
    vec![Student]
}

fn main() {}
