use start_runtime::prelude::*;

#[api_route("/[[lang]]/about")]
async fn GET(lang: String) {
    let _ = lang;
}

fn main() {}
