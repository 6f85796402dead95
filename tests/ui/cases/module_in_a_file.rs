use start_runtime::prelude::*;

#[api_route("/api/posts")]
#[path = "files/posts.rs"]
mod posts;

fn main() {}
