//! What `responses(…)` takes, on functions, on modules and on modules inside of them.

use start_runtime::openapi::{Documented, Operation};
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

#[derive(JsonSchema)]
pub struct Refusal {
    pub why: String,
}

pub struct Itself;

impl Documented for Itself {
    fn document(operation: &mut Operation<'_>) {
        operation.response(409, "In use").problem();
    }
}

#[api_route("/api/students", responses(403 = crate::Refusal, 409 = Itself,))]
mod students {
    use super::*;

    #[api_route(responses(404 = "No such student", 403 = "Never"))]
    async fn GET() -> &'static str {
        "students"
    }

    #[api_route("/[id]", responses(400 = Vec<Refusal>, 401 = Option<Refusal>, 402 = (), 410 = &'static str, 503 = Problem))]
    mod one {
        use super::*;

        async fn DELETE(id: u32) -> Result<StatusCode, Problem> {
            Err(Problem::not_found(format!("{id}")))
        }
    }
}

fn main() {}
