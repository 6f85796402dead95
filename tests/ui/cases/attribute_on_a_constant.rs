use start_runtime::prelude::*;

#[api_route("/api/students")]
const STUDENTS: &str = "hello";

fn main() {}
