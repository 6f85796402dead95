//! What this process knows of a room.

use std::collections::{HashMap, HashSet};

use actix_web::web::Bytes;

use crate::features::rooms::entry::{MemberId, RoomPosition};
use crate::features::rooms::store::NewRoomEntry;

/// The rooms of this process.
#[derive(Default)]
pub struct Locals {
    pub rooms: HashMap<String, Local>,
    /// The room of each channel.
    pub channels: HashMap<String, String>,
    /// The processes that members of here have said to be in.
    pub processes: HashSet<u64>,
    /// Members that have left while the server was away.
    pub leaves: Vec<(String, NewRoomEntry)>,
}

/// A room that somebody here listens to.
#[derive(Default)]
pub struct Local {
    pub listeners: usize,
    /// What came last, or was there when the first one began to listen.
    pub last: Option<RoomPosition>,
    /// The members in this process, with the JSON of who they are.
    pub members: HashMap<MemberId, Bytes>,
}
