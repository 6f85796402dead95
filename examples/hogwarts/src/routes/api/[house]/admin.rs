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

/// Lets the master of a house in, by the cookie `userId`.
#[extractor(
    security = cookie("userId", "userId"),
    responses(401 = "Not logged in", 403 = "Not authorized", 404 = "Unknown house")
)]
async fn master_of_house(event: APIEvent, house: String) -> Result<(), Response> {
    let user = get_cookie(&event, "userId").filter(|user| !user.is_empty());
    let Some(user) = user else {
        return Err(Response::new("Not logged in").status(401));
    };
    match house_master(&house) {
        None => Err(Response::json(json!({ "error": "Unknown house" })).status(404)),
        Some(master) if user != master => Err(Response::new("Not authorized").status(403)),
        Some(_) => Ok(()),
    }
}

/// The books of a house, for its master only.
///
/// The cookie `userId` says who is asking.
#[api_route(tag = "houses", guard = master_of_house)]
async fn GET(house: String) -> Vec<Entry> {
    students(&house).into_iter().map(|student| Entry { name: student.name, house: student.house }).collect()
}
