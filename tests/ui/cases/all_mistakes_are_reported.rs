use start_runtime::prelude::*;

#[api_route("/api/[house/students/{year}", statsu = 201)]
async fn get(housse: &str) -> String {
    housse.to_owned()
}

fn main() {}
