use start_runtime::prelude::*;

use crate::hogwarts::{self, Student};

/// The students of one house in one year.
#[api_route(tag = "students")]
async fn GET(house: String, year: u16) -> Vec<Student> {
    hogwarts::students_of(&house, year)
}
