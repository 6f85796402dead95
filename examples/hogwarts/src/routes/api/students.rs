//! Students: a greeting, and handlers that return what they receive.

use start_runtime::prelude::*;

use crate::hogwarts::Student;

/// A greeting.
#[api_route(tag = "students")]
async fn GET() -> &'static str {
    "Hello World"
}

/// Adds a student.
#[api_route(tag = "students", status = 201)]
async fn POST(Json(student): Json<Student>) -> Student {
    student
}

/// Changes a student.
#[api_route(tag = "students")]
async fn PATCH(Json(student): Json<Student>) -> Student {
    student
}

/// Removes a student.
#[api_route(tag = "students")]
async fn DELETE() {}
