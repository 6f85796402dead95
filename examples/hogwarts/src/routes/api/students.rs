//! The hat's answers: a greeting, and what it was told, said again.

use start_runtime::prelude::*;

use crate::hogwarts::Student;

/// A greeting.
#[api_route(tag = "students")]
async fn GET() -> &'static str {
    "Hello World"
}

/// Takes a student in.
#[api_route(tag = "students", status = 201)]
async fn POST(Json(student): Json<Student>) -> Student {
    student
}

/// Changes a student.
#[api_route(tag = "students")]
async fn PATCH(Json(student): Json<Student>) -> Student {
    student
}

/// Lets a student go.
#[api_route(tag = "students")]
async fn DELETE() {}
