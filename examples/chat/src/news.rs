//! What clients are told, and how: as an event of a stream, or as a text message of a socket.

use std::sync::Arc;

use start_runtime::prelude::*;
use start_runtime::{MemberId, Present, RoomEvent, RoomNews, RoomPosition, ServerEvent, serde_json};

/// What somebody has said.
#[derive(Clone, serde::Serialize, serde::Deserialize, JsonSchema)]
pub struct Said {
    pub name: String,
    pub text: String,
    /// Chosen by the sender. A tab that does not know whether its message has arrived sends it again, with the same key.
    pub key: String,
}

/// Something that a client is told.
#[derive(serde::Serialize, JsonSchema)]
pub struct Told {
    /// `present`, `joined`, `left`, `message`, `missed` or `refused`.
    event: &'static str,
    /// For a client that comes again.
    id: Option<String>,
    data: Piece,
}

/// The data of an event.
#[derive(serde::Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Piece {
    /// Of `message`.
    Message(Said),
    /// Of `present`: who is there.
    Members(Vec<Member>),
    /// Of `joined` and `left`.
    Member(Member),
    /// Of `refused`: a message that the room has not taken. With a status from 500 on, it may do so later.
    Refused { key: String, status: u16, detail: String },
    /// Of `missed`.
    Nothing {},
}

/// Somebody who is there. Two may have the same name.
#[derive(serde::Serialize, JsonSchema)]
pub struct Member {
    id: String,
    name: String,
}

impl Member {
    fn new(id: Option<MemberId>, name: &str) -> Self {
        Self { id: id.map_or_else(String::new, |id| id.to_string()), name: name.to_owned() }
    }
}

impl Told {
    pub fn present(all: Vec<Present<String>>) -> Self {
        let members = all.into_iter().map(|Present { id, who }| Member::new(Some(id), &who));
        Self { event: "present", id: None, data: Piece::Members(members.collect()) }
    }

    pub fn refused(key: String, problem: &Problem) -> Self {
        let detail = problem.detail().unwrap_or_else(|| problem.title()).to_owned();
        Self { event: "refused", id: None, data: Piece::Refused { key, status: problem.status().as_u16(), detail } }
    }

    fn of(event: &RoomEvent<Said>) -> Self {
        let (name, data) = match event.news() {
            RoomNews::Message(said) => ("message", Piece::Message(said.clone())),
            RoomNews::Joined(who) => ("joined", Piece::Member(Member::new(event.member(), who))),
            RoomNews::Left(who) => ("left", Piece::Member(Member::new(event.member(), who))),
            _ => ("missed", Piece::Nothing {}),
        };
        Self { event: name, id: event.position().as_ref().map(RoomPosition::to_string), data }
    }

    /// As an event of a stream.
    pub fn event(self) -> ServerEvent<Piece> {
        let Self { event, id, data } = self;
        let sent = ServerEvent::json(data).event(event);
        match id {
            Some(id) => sent.id(id),
            None => sent,
        }
    }

    /// As a text message of a socket.
    pub fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

/// Something that happened, as all event streams get it.
pub fn event(event: &RoomEvent<Said>) -> ServerEvent<Piece> {
    event.once(|event| Told::of(event).event().shared())
}

/// The same, as all sockets get it.
pub fn text(event: &RoomEvent<Said>) -> Arc<str> {
    event.once(|event| Told::of(event).text().into())
}
