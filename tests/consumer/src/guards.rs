//! Extractor functions and guards.

use ::core::option::Option;
use ::core::result::Result;
use ::start_runtime::{APIEvent, Problem, api_route, extractor};

struct User;

#[extractor(security = bearer("hostile") | header("X-Hostile"))]
async fn user(event: APIEvent) -> Result<Option<User>, Problem> {
    Result::Ok(event.request.bearer_token()?.map(|_| User))
}

#[extractor(responses(403 = "Not this one"))]
fn passes(id: Option<u32>, _: User) -> Result<(), Problem> {
    if id.is_some() { Result::Err(Problem::forbidden("not this one")) } else { Result::Ok(()) }
}

#[api_route("/guards", guard = user)]
mod guarded {
    use super::User;

    #[::start_runtime::api_route(GET, "/[[id]]", guard = super::passes)]
    async fn guarded(_: User) -> bool {
        true
    }
}

::start_runtime::guard!(user);
