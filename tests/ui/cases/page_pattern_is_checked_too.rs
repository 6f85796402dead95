use start_runtime::prelude::*;

#[page_route("/students/[house")]
async fn students(house: String) -> String {
    house
}

fn main() {}
