use start_runtime::prelude::*;

/// All students by name.
#[page_route]
async fn students() -> String {
    let names = ["gryffindor", "slytherin", "ravenclaw", "hufflepuff"].into_iter().flat_map(crate::hogwarts::students);
    let items: String = names.map(|student| format!("<li>{} ({})</li>\n", student.name, student.house)).collect();
    format!("<!doctype html>\n<title>Students</title>\n<h1>Students</h1>\n<ul>\n{items}</ul>\n")
}
