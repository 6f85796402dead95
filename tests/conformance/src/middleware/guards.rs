//! A guard that answers before the body is read.

use serde::Serialize;
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};

#[derive(Clone)]
struct User(String);

/// Who sends the request. `None` is a 401 that says what is wanted.
#[extractor(security = bearer("token"), responses(403 = "Known, and not strong enough"))]
fn user(event: APIEvent) -> Result<Option<User>, Problem> {
    match event.request.bearer_token()? {
        Some("good") => Ok(Some(User("good".to_owned()))),
        Some("weak") => Err(Problem::forbidden("this token is too weak")),
        _ => Ok(None),
    }
}

#[derive(Serialize, JsonSchema)]
struct Who {
    user: String,
}

#[derive(Serialize, JsonSchema)]
struct Sent {
    user: String,
    bytes: usize,
}

#[api_route("/mw/guard/user", guard = user, body_limit = 10 * 1024 * 1024)]
mod guarded {
    use super::*;

    /// Who is let in.
    async fn GET(User(user): User) -> Who {
        Who { user }
    }

    /// How many bytes they have sent.
    async fn POST(User(user): User, event: APIEvent) -> Result<Sent, Problem> {
        Ok(Sent { user, bytes: event.request.bytes().await?.len() })
    }
}
