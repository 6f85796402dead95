use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{encode_segment, prelude::*};

use crate::hogwarts::Student;

/// A house at a glance.
#[derive(Serialize, JsonSchema)]
struct Summary {
    house: String,
    students: Vec<Student>,
    greeting: String,
}

/// The first-years of 1991 and a greeting, both fetched from their own routes.
#[api_route(tag = "houses")]
async fn GET(event: APIEvent, house: String) -> Result<Summary, Problem> {
    let path = format!("/api/{}/students/year-1991", encode_segment(&house));
    let students = event.fetch(path).await?.json().await?;
    let greeting = event.fetch("/api/students").await?.text().await?;
    Ok(Summary { house, students, greeting })
}
