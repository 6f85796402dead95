use start_runtime::prelude::*;

trait Students {
    #[api_route("/api/students")]
    async fn GET() -> &'static str;
}

fn main() {}
