use start_runtime::prelude::*;

#[api_route("/api/uploads", body_limit)]
async fn POST() -> &'static str {
    ""
}

#[api_route("/api/photos", body_limit = )]
async fn PUT() -> &'static str {
    ""
}

fn main() {}
