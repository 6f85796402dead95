//! The route that is measured, for both sides: the students of one house in one year, as in the example.

use actix_web::web;
use bench_routes::hogwarts::{Student, students_of};
use start_runtime::prelude::*;

/// The path that is requested.
pub const STUDENTS: &str = "/api/gryffindor/students/year-1991";
/// The last of a thousand more routes of this kind.
pub const LAST_OF_1000: &str = "/bulk/r0999/gryffindor/students/year-1991";

/// The students of one house in one year.
#[api_route("/api/[house]/students/year-[year]")]
async fn GET(house: String, year: u16) -> Vec<Student> {
    students_of(&house, year)
}

/// The same route for actix-web's router.
pub async fn students(path: web::Path<(String, u16)>) -> web::Json<Vec<Student>> {
    let (house, year) = path.into_inner();
    web::Json(students_of(&house, year))
}
