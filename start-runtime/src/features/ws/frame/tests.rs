//! The rules of the protocol, as tables; and that cuts do not matter.

use super::*;
use crate::features::ws::close::{Close, CloseCode};
use crate::features::ws::message::Message;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame of a client.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let kind = Kind::Text;
    write_frame(&mut bytes, kind, payload);
    bytes[0] = first;
    bytes[1] |= 0x80;
    let start = bytes.len() - payload.len();
    for (index, byte) in bytes[start..].iter_mut().enumerate() {
        *byte ^= MASK[index % 4];
    }
    bytes.splice(start..start, MASK);
    bytes
}

fn text(text: &str) -> Event {
    Event::Message(Message::Text(text.into()))
}

fn events(bytes: &[u8], piece: usize) -> Vec<Event> {
    let mut reader = Reader::new(70_000);
    let mut events = Vec::new();
    for mut piece in bytes.chunks(piece) {
        while let Some(event) = reader.next(&mut piece) {
            events.push(event);
        }
    }
    events
}

#[test]
fn frames_are_read_however_they_are_cut() {
    let long = "x".repeat(70_000);
    let close = |code: u16, reason: &str| [&code.to_be_bytes(), reason.as_bytes()].concat();
    let fault = |fault| vec![Event::Fault(fault)];
    let good = CloseCode::new(4000).unwrap();
    let cases: Vec<(Vec<Vec<u8>>, Vec<Event>)> = vec![
        (vec![frame(0x81, b"hi"), frame(0x81, b"")], vec![text("hi"), text("")]),
        (vec![frame(0x82, b"\xff\0")], vec![Event::Message(Message::Binary(b"\xff\0"[..].into()))]),
        (vec![frame(0x81, &long.as_bytes()[..126])], vec![text(&long[..126])]),
        (vec![frame(0x81, &long.as_bytes()[..65_535])], vec![text(&long[..65_535])]),
        (vec![frame(0x81, long.as_bytes())], vec![text(&long)]),
        (
            vec![frame(0x01, b"a\xc3"), frame(0x89, b"p"), frame(0x00, b""), frame(0x8a, b""), frame(0x80, b"\xa9z")],
            vec![Event::Ping(b"p".into()), Event::Pong(Vec::new()), text("aéz")],
        ),
        (vec![frame(0x88, b""), frame(0x81, b"late")], vec![Event::Close(Close::without_code())]),
        (vec![frame(0x88, &close(4000, "bye"))], vec![Event::Close(Close::because(good, "bye"))]),
        (vec![frame(0x88, &close(1000, "")), frame(0xff, b"")], vec![Event::Close(CloseCode::NORMAL.into())]),
        (vec![frame(0x88, b"\x03")], fault(Fault::ShortClose)),
        (vec![frame(0x88, &close(1005, ""))], fault(Fault::CloseCode(1005))),
        (vec![frame(0x88, b"\x03\xe8\xff")], fault(Fault::ReasonNotUtf8)),
        (vec![frame(0xc1, b"x")], fault(Fault::Reserved)),
        (vec![frame(0xa9, b"x")], fault(Fault::Reserved)),
        (vec![frame(0x83, b"x")], fault(Fault::Opcode(3))),
        (vec![frame(0x8f, b"x")], fault(Fault::Opcode(15))),
        (vec![vec![0x81, 0x01, b'x']], fault(Fault::Unmasked)),
        (vec![frame(0x09, b"x")], fault(Fault::SplitControl)),
        (vec![frame(0x89, &[0; 126])], fault(Fault::LongControl)),
        (vec![frame(0x80, b"x")], fault(Fault::NothingToContinue)),
        (vec![frame(0x01, b"x"), frame(0x81, b"y")], fault(Fault::Interrupted)),
        (vec![frame(0x01, b"x"), frame(0x02, b"y")], fault(Fault::Interrupted)),
        (vec![vec![0x81, 0xfe, 0, 125]], fault(Fault::Length)),
        (vec![vec![0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff]], fault(Fault::Length)),
        (vec![vec![0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]], fault(Fault::Length)),
        // A length that is too large is told before any of its bytes has come.
        (vec![vec![0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x11, 0x71]], fault(Fault::TooLarge(70_000))),
        (vec![frame(0x01, long.as_bytes()), vec![0x80, 0x81]], fault(Fault::TooLarge(70_000))),
        (vec![frame(0x81, b"a\xff")], fault(Fault::NotUtf8)),
        (vec![frame(0x81, b"\xc3")], fault(Fault::NotUtf8)),
        // Half a surrogate, an overlong slash, and what is beyond Unicode.
        (vec![frame(0x01, b"\xed\xa0"), frame(0x80, b"\x80")], fault(Fault::NotUtf8)),
        (vec![frame(0x01, b"\xc0")], fault(Fault::NotUtf8)),
        (vec![frame(0x01, b"\xf4\x90")], fault(Fault::NotUtf8)),
        (vec![frame(0x01, b"\xf0\x9f"), frame(0x00, b"\xa6"), frame(0x80, b"\x80")], vec![text("🦀")]),
    ];
    for (frames, expected) in cases {
        let bytes = frames.concat();
        for piece in [1, 2, 3, 7, 4096, bytes.len()] {
            assert_eq!(events(&bytes, piece), expected, "{:?} in pieces of {piece}", &bytes[..bytes.len().min(40)]);
        }
    }
}

#[test]
fn a_text_is_refused_at_the_byte_that_is_not_utf8() {
    let mut reader = Reader::new(100);
    let whole = frame(0x81, b"ab\xff rest");
    let mut upto = &whole[..9];
    assert_eq!(reader.next(&mut upto), Some(Event::Fault(Fault::NotUtf8)));
}

#[test]
fn every_close_code_is_told_good_or_bad() {
    for code in 0..=5000_u16 {
        let event = events(&frame(0x88, &code.to_be_bytes()), 1000).pop();
        match CloseCode::new(code) {
            Ok(code) => assert_eq!(event, Some(Event::Close(Close::new(code)))),
            Err(_) => assert_eq!(event, Some(Event::Fault(Fault::CloseCode(code)))),
        }
    }
}

#[test]
fn faults_have_reasons_that_fit() {
    for fault in [Fault::Reserved, Fault::TooLarge(usize::MAX), Fault::CloseCode(u16::MAX), Fault::Interrupted] {
        let close = fault.close();
        assert!(!close.reason().is_empty() && close.reason().len() < 123, "{close}");
    }
}
