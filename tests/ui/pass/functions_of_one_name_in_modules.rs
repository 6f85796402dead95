use start_runtime::prelude::*;

#[api_route("/api/students")]
async fn GET() -> &'static str {
    "students"
}

mod teachers {
    use super::*;

    #[api_route("/api/teachers")]
    async fn GET() -> &'static str {
        "teachers"
    }
}

mod houses {
    use super::*;

    #[api_route("/api/houses")]
    async fn GET() -> &'static str {
        "houses"
    }
}

fn main() {}
