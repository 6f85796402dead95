//! What holds for the frames of a socket, whatever comes in: the check of the target `frames`.
//!
//! # Input
//! A byte that says the limit of a message (times 16), then the bytes of a client behind the handshake.
//!
//! # Invariants
//! - The same bytes give the same events, however they are cut.
//! - No message is longer than the limit, and no payload of a control frame than 125 bytes.
//! - There is nothing behind a close frame or a fault.
//! - As far as an obvious reader finds whole frames that are good, both find the same.

use start_runtime::__rt::{FrameEvent as Event, FrameReader as Reader};
use start_runtime::{CloseCode, Message};

pub fn check(input: &[u8]) {
    let Some((limit, bytes)) = input.split_first() else { return };
    let limit = usize::from(*limit) * 16;
    let events = read(bytes, bytes.len().max(1), limit);
    for piece in [1, 2, 7, 64] {
        assert_eq!(read(bytes, piece, limit), events, "in pieces of {piece}");
    }
    for event in &events {
        match event {
            Event::Message(message) => assert!(message.bytes().len() <= limit),
            Event::Ping(payload) | Event::Pong(payload) => assert!(payload.len() <= 125),
            Event::Close(_) | Event::Fault(_) => {}
        }
    }
    let is_end = |event: &Event| matches!(event, Event::Close(_) | Event::Fault(_));
    let end = events.iter().position(is_end);
    assert!(end.is_none_or(|end| end + 1 == events.len()), "{events:?}");
    let obvious = obvious(bytes, limit);
    assert_eq!(events.get(..obvious.len()), Some(&obvious[..]));
}

fn read(bytes: &[u8], piece: usize, limit: usize) -> Vec<Event> {
    let mut reader = Reader::new(limit);
    let mut events = Vec::new();
    for mut piece in bytes.chunks(piece) {
        while let Some(event) = reader.next(&mut piece) {
            events.push(event);
        }
        assert!(piece.is_empty(), "what was read is taken");
    }
    events
}

/// The events of whole frames, one after the other, up to the first that breaks a rule.
fn obvious(bytes: &[u8], limit: usize) -> Vec<Event> {
    let (mut rest, mut events, mut message) = (bytes, Vec::new(), None::<(u8, Vec<u8>)>);
    while let Some((first, payload, behind)) = frame(rest) {
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0f);
        let is_good = first & 0x70 == 0
            && match opcode {
                0 => message.is_some(),
                1 | 2 => message.is_none(),
                8..=10 => is_final && payload.len() <= 125,
                _ => false,
            };
        if !is_good {
            return events;
        }
        rest = behind;
        match opcode {
            8 => {
                events.extend(close(&payload));
                return events;
            }
            9 => events.push(Event::Ping(payload)),
            10 => events.push(Event::Pong(payload)),
            _ => {
                let (kind, whole) = message.get_or_insert((opcode, Vec::new()));
                whole.extend(payload);
                // A character may be cut by the end of a fragment, but not be broken.
                let is_broken = |text: &[u8]| std::str::from_utf8(text).is_err_and(|error| error.error_len().is_some());
                if whole.len() > limit || (*kind == 1 && is_broken(whole)) {
                    return events;
                }
                if let Some((kind, whole)) = message.take_if(|_| is_final) {
                    events.push(Event::Message(match (kind, String::from_utf8(whole)) {
                        (1, Ok(text)) => Message::Text(text),
                        (1, Err(_)) => return events,
                        (_, Ok(text)) => Message::Binary(text.into()),
                        (_, Err(error)) => Message::Binary(error.into_bytes().into()),
                    }));
                }
            }
        }
    }
    events
}

/// The first byte of a frame with a mask, its payload without, and what is behind it.
fn frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, &[u8])> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let second = *bytes.get(1)?;
    let (length, at) = match second & 0x7f {
        126 => (number(bytes.get(2..4)?), 4),
        127 => (number(bytes.get(2..10)?), 10),
        short => (u64::from(short), 2),
    };
    let is_shortest = match at {
        4 => length >= 126,
        10 => length >= 65_536,
        _ => true,
    };
    if second & 0x80 == 0 || !is_shortest {
        return None;
    }
    let mask = bytes.get(at..at + 4)?;
    let end = (at + 4).checked_add(usize::try_from(length).ok()?)?;
    let payload = bytes.get(at + 4..end)?.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    Some((bytes[0], payload, &bytes[end..]))
}

fn close(payload: &[u8]) -> Option<Event> {
    use start_runtime::{Close, CloseReason};
    let [first, second, reason @ ..] = payload else {
        return payload.is_empty().then(|| Event::Close(Close::without_code()));
    };
    let code = CloseCode::new(u16::from_be_bytes([*first, *second])).ok()?;
    let reason = CloseReason::new(std::str::from_utf8(reason).ok()?).ok()?;
    Some(Event::Close(Close::with_reason(code, reason)))
}
