use start_runtime::prelude::*;

#[api_route("/api/students", responses(422 = Refusal))]
mod students {
    async fn GET() -> &'static str {
        "students"
    }
}

fn main() {}
