//! An entry as text: `1f-7 M 00ab-3 {"text":"hello"}`: its position, its kind, its member, and the JSON.

use std::sync::Arc;

use actix_web::web::Bytes;

use crate::features::rooms::entry::{MemberId, RoomEntry, RoomEntryKind, RoomPosition};
use crate::features::rooms::store::NewRoomEntry;

/// The letter of a kind.
pub fn letter(kind: RoomEntryKind) -> &'static str {
    match kind {
        RoomEntryKind::Joined => "J",
        RoomEntryKind::Left => "L",
        RoomEntryKind::Message => "M",
    }
}

/// The text of a member; `-` for nobody in the room.
pub fn member_text(member: Option<MemberId>) -> String {
    member.map_or_else(|| "-".to_owned(), |member| member.to_string())
}

pub fn read_member(text: &str) -> Option<MemberId> {
    let (process, number) = text.split_once('-')?;
    Some(MemberId { process: u64::from_str_radix(process, 16).ok()?, number: number.parse().ok()? })
}

/// An entry with its position. `None` for what another program has written.
pub fn read(bytes: &[u8]) -> Option<(RoomPosition, Arc<RoomEntry>)> {
    let mut parts = bytes.splitn(4, |byte| *byte == b' ');
    let mut text = || std::str::from_utf8(parts.next()?).ok();
    let (position, kind, member) = (text()?.parse().ok()?, text()?, text()?);
    let kind = match kind {
        "J" => RoomEntryKind::Joined,
        "L" => RoomEntryKind::Left,
        "M" => RoomEntryKind::Message,
        _ => return None,
    };
    let member = if member == "-" { None } else { Some(read_member(member)?) };
    let json = Bytes::copy_from_slice(parts.next()?);
    Some((position, RoomEntry::new(position, NewRoomEntry { kind, member, json })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_are_written_and_nothing_else_is() {
        let id = MemberId { process: 0xab, number: 3 };
        assert_eq!(read_member(&member_text(Some(id))), Some(id));
        let text = format!("1f-7 M {} {{\"text\":\"a b\"}}", member_text(Some(id)));
        let (position, entry) = read(text.as_bytes()).unwrap();
        assert_eq!((position.life, position.number, entry.member()), (0x1f, 7, Some(id)));
        assert_eq!(entry.json(), "{\"text\":\"a b\"}");
        assert!(read(b"1f-7 J - \"x\"").is_some());
        for text in ["", "1f-7", "1f-7 M", "1f-7 M -", "1f-7 X - 1", "1f M - 1", "1f-7 M ab 1", "\u{ff} M - 1"] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
