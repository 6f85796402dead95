use start_runtime::prelude::*;

use crate::hogwarts::students as students_of_house;

/// All students by name.
#[page_route]
async fn students() -> String {
    let all = ["gryffindor", "slytherin", "ravenclaw", "hufflepuff"].into_iter().flat_map(students_of_house);
    let items: Vec<String> = all.map(|student| format!("<li>{} ({})</li>", student.name, student.house)).collect();
    format!("<!doctype html>\n<title>Students</title>\n<h1>Students</h1>\n<ul>\n{}\n</ul>\n", items.join("\n"))
}
