//! Letters: sent, listed, and seen as they arrive.

use futures_util::{Stream, StreamExt as _};
use start_runtime::actix_web::web;
use start_runtime::{prelude::*, trpc};

use crate::letters::{House, Letter, Letters, NewLetter};

/// How many letters a list has.
const LISTED: usize = 50;

/// Which letters are wanted.
#[derive(serde::Deserialize, JsonSchema)]
struct Filter {
    house: Option<House>,
}

/// The last 50 letters, oldest first.
#[trpc::query]
async fn list(input: Option<Filter>, letters: Data<Letters>) -> Vec<Letter> {
    letters.latest(LISTED, input.and_then(|filter| filter.house))
}

/// Sends a letter.
#[trpc::mutation]
async fn send(input: NewLetter, letters: Data<Letters>) -> Result<Letter, trpc::Error> {
    let letters = Letters::clone(&letters);
    Ok(web::block(move || letters.add(input)).await??)
}

/// What a client has seen.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Seen {
    /// The id of the last letter.
    last_event_id: Option<String>,
}

/// Each letter behind the last that the client has seen, as it arrives.
#[trpc::subscription]
async fn arrivals(
    input: Option<Seen>,
    letters: Data<Letters>,
) -> Result<impl Stream<Item = trpc::Tracked<Letter>>, trpc::Error> {
    let seen = input.and_then(|seen| seen.last_event_id).map_or(Ok(0), |id| id.parse());
    let seen = seen.map_err(|_| trpc::Error::bad_request("`lastEventId` is the id of a letter"))?;
    Ok(letters.behind(seen).map(|letter| trpc::tracked(letter.id, letter)))
}
