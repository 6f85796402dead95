use start_runtime::prelude::*;

#[api_route("/[[a]]/x/[[b]]/x/[[c]]/x/[[d]]/x/[[e]]/x/[[f]]/x/[[g]]")]
async fn GET() -> &'static str {
    "hello"
}

fn main() {}
