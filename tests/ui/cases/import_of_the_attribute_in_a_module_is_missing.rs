#[start_runtime::api_route("/api")]
mod api {
    #[api_route(GET, "/students")]
    pub async fn students() -> &'static str {
        "hello"
    }
}

fn main() {}
