//! `on_error` sends errors in a shape of the program's own, which the document declares once.

use start_runtime::openapi::{Documented, Failure, OpenApi, Operation, SecurityScheme};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Response, prelude::*};

/// What every error looks like.
#[derive(serde::Serialize, JsonSchema)]
struct Oops {
    oops: String,
}

/// What a thing is sent as.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
struct Problem2 {
    name: String,
}

struct ThingErrors;

impl Documented for ThingErrors {
    fn document(operation: &mut Operation<'_>) {
        operation.security(SecurityScheme::bearer("token").description("From POST /login"));
        operation.response(404, "No such thing").problem();
    }
}

#[api_route(GET, "/things/[id]", security = "token")]
async fn thing(id: u32) -> Result<Problem2, Failure<ThingErrors>> {
    if id == 0 {
        Err(Problem::not_found("there is no thing 0"))?;
    }
    Ok(Problem2 { name: "1".parse::<u32>()?.to_string() })
}

#[api_route(POST, "/things", responses(409 = "There is one", 410 = Problem2))]
async fn make(Json(thing): Json<Problem2>) -> (StatusCode, Problem2) {
    (StatusCode::CREATED, thing)
}

#[start_runtime::openapi]
fn about(document: &mut OpenApi) {
    document.error_type::<Oops>();
    document.schema_name::<Problem2>("Thing");
    document.security_scheme(SecurityScheme::bearer("token"));
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new()
        .on_error(|problem, _| {
            let oops = problem.detail().unwrap_or(problem.title()).to_owned();
            Response::json(Oops { oops }).status(problem.status())
        })
        .serve()
        .await
}
