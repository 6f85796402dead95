use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Response, Session, prelude::*};

use crate::hogwarts::house_of_master;

/// What the school remembers of a visitor.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Visitor {
    user_id: Option<String>,
}

/// A house master who is logged in.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Master {
    user_id: String,
    house: String,
}

/// Who wants to log in.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Login {
    user_id: String,
}

/// Finds the house master who is logged in.
#[extractor(
    security = cookie("session", "session"),
    responses(401 = "Not logged in", 403 = "Not authorized")
)]
async fn current_master(session: Session<Visitor>) -> Result<Master, Response> {
    let Some(user_id) = session.user_id.clone() else {
        return Err(Response::new("Not logged in").status(401));
    };
    match house_of_master(&user_id) {
        Some(house) => Ok(Master { user_id, house: house.to_owned() }),
        None => Err(Response::new("Not authorized").status(403)),
    }
}

/// Who is logged in.
///
/// Unlike the cookie `userId`, a session cannot be made up.
#[api_route(tag = "session")]
async fn GET(master: Master) -> Master {
    master
}

/// Logs a house master in.
#[api_route(tag = "session")]
async fn POST(mut session: Session<Visitor>, Json(login): Json<Login>) -> Result<Master, Response> {
    let Some(house) = house_of_master(&login.user_id) else {
        return Err(Response::new("Not authorized").status(403));
    };
    session.update(|visitor| visitor.user_id = Some(login.user_id.clone()));
    // Whoever knew the session before has nothing of the login.
    session.rotate();
    Ok(Master { user_id: login.user_id, house: house.to_owned() })
}

/// Logs out.
#[api_route(tag = "session")]
async fn DELETE(mut session: Session<Visitor>) {
    session.clear();
}
