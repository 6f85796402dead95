//! The measured route, on both sides: the students of one house in one year, as in the example.

use actix_web::web;
use bench_routes::hogwarts::{Student, students_of};
use start_runtime::prelude::*;

/// The path that is asked for.
pub const STUDENTS: &str = "/api/gryffindor/students/year-1991";
/// The last of a thousand more of its kind.
pub const LAST_OF_1000: &str = "/bulk/r0999/gryffindor/students/year-1991";

/// The students of one house in one year.
#[api_route("/api/[house]/students/year-[year]")]
async fn GET(house: String, year: u16) -> Vec<Student> {
    students_of(&house, year)
}

/// The same for actix-web's router.
pub async fn students(path: web::Path<(String, u16)>) -> web::Json<Vec<Student>> {
    let (house, year) = path.into_inner();
    web::Json(students_of(&house, year))
}
