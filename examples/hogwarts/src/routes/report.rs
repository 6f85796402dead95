use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

use crate::hogwarts::students_of;

/// How many students there are.
#[derive(Serialize, JsonSchema)]
struct Report {
    students: usize,
}

fn count() -> usize {
    students_of("gryffindor", 1991).len()
}

/// The report for programs. Browsers prefer HTML and get the page of the same path.
#[api_route]
async fn GET(event: APIEvent) -> Option<Report> {
    let preferred = event.accepts(&["application/json", "text/html"]);
    (preferred != Some("text/html")).then(|| Report { students: count() })
}

/// The report for people.
#[page_route]
async fn page() -> String {
    format!("<!doctype html>\n<title>Report</title>\n<h1>Report</h1>\n<p>{} students came in 1991.</p>\n", count())
}
