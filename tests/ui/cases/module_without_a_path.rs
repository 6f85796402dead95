use start_runtime::prelude::*;

#[api_route]
mod students {
    pub async fn GET() -> &'static str {
        "hello"
    }
}

fn main() {}
