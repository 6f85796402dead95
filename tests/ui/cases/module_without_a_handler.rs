use start_runtime::prelude::*;

#[api_route("/api/posts")]
mod posts {
    pub fn list() {}
}

fn main() {}
