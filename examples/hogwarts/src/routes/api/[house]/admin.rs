use serde::Serialize;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::json;
use start_runtime::{Response, get_cookie, prelude::*};

use crate::hogwarts::{house_master, students};

/// A student as the house's master sees them.
#[derive(Serialize, JsonSchema)]
struct Entry {
    name: String,
    house: String,
}

/// The books of a house, for its master only.
///
/// The cookie `userId` says who is asking.
#[api_route(tag = "houses")]
async fn GET(event: APIEvent, house: String) -> Result<Vec<Entry>, Response> {
    let user = get_cookie(&event, "userId").filter(|user| !user.is_empty());
    let Some(user) = user else {
        return Err(Response::new("Not logged in").status(401));
    };
    let Some(master) = house_master(&house) else {
        return Err(Response::json(json!({ "error": "Unknown house" })).status(404));
    };
    if user != master {
        return Err(Response::new("Not authorized").status(403));
    }
    Ok(students(&house).into_iter().map(|student| Entry { name: student.name, house: student.house }).collect())
}
