use start_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Post;

#[page_route("/posts")]
async fn page(_form: Result<Form<Post>, Problem>) -> String {
    String::new()
}

fn main() {}
