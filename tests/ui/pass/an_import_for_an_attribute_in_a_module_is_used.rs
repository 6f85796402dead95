#![deny(warnings)]

#[start_runtime::api_route("/api")]
mod api {
    use start_runtime::api_route;

    #[api_route(GET, "/students")]
    pub async fn students() -> &'static str {
        "hello"
    }
}

fn main() {}
