use start_runtime::prelude::*;

#[api_route("/api/owls", rate_limit_by = user)]
async fn GET() -> &'static str {
    ""
}

async fn user(event: APIEvent) -> String {
    event.request_id()
}

fn main() {}
