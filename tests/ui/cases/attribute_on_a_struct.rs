use start_runtime::prelude::*;

#[api_route("/api/students")]
struct Students;

fn main() {}
