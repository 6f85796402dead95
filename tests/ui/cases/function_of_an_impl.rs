use start_runtime::prelude::*;

struct App;

impl App {
    /// All students.
    #[api_route("/api/students")]
    async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
