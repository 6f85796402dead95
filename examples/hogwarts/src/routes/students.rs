use start_runtime::prelude::*;

use crate::hogwarts::Student;

/// The hat's answers: a greeting, and what it was told, said again.
#[api_route("/api/students", tag = "students")]
mod api {
    use super::*;

    /// A greeting.
    async fn GET() -> &'static str {
        "Hello World"
    }

    /// Takes a student in.
    #[api_route(status = 201)]
    async fn POST(Json(student): Json<Student>) -> Student {
        student
    }

    /// Changes a student.
    async fn PATCH(Json(student): Json<Student>) -> Student {
        student
    }

    /// Lets a student go.
    async fn DELETE() {}
}
