//! The head alone.

use start_runtime::prelude::*;

use crate::accounts::User;

#[extractor(responses(403 = "Not the head"))]
pub async fn guard(user: User) -> Result<(), Problem> {
    if user.0 == "minerva" { Ok(()) } else { Err(Problem::forbidden("for the head only")) }
}
