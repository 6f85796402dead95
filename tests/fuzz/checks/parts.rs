//! What holds for the parts of a multipart body, whatever comes in: the check of the target `parts`.
//!
//! # Input
//! A body whose boundary is `b`. [`CUT`] is not a part of it: there it is cut into pieces.
//!
//! # Invariants
//! - The same bytes give the same parts, or the same fault behind the same parts, however they are cut.
//! - They are those that a slow and obvious reader finds.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::stream;

use crate::reader::{Broken, Reader};

/// The byte at which an input is cut.
const CUT: u8 = 0xfe;

const DELIMITER: &[u8] = b"\r\n--b";

/// The headers and the content of each part, and how the body ends.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    parts: Vec<(Vec<u8>, Vec<u8>)>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Last,
    Incomplete,
    Boundary,
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let pieces: Vec<&[u8]> = input.split(|byte| *byte == CUT).collect();
    let body = pieces.concat();
    let expected = obvious(&body);
    assert_eq!(read(&[&body]), expected, "whole");
    assert_eq!(read(&pieces), expected, "cut into {} pieces", pieces.len());
    assert_eq!(read(&body.chunks(1).collect::<Vec<_>>()), expected, "byte by byte");
}

fn read(pieces: &[&[u8]]) -> Reading {
    let body = stream::iter(pieces.iter().map(|piece| Ok::<_, PayloadError>(Bytes::copy_from_slice(piece))));
    let mut reader = Reader::new(body, "b");
    let mut parts: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut is_within = false;
    let reading = async {
        while let Some(head) = poll_fn(|cx| reader.poll_head(cx)).await? {
            parts.push((head.to_vec(), Vec::new()));
            is_within = true;
            while let Some(piece) = poll_fn(|cx| reader.poll_content(cx)).await? {
                assert!(!piece.is_empty());
                if let Some((_, content)) = parts.last_mut() {
                    content.extend_from_slice(&piece);
                }
            }
            is_within = false;
        }
        Ok(())
    };
    // Nothing here ever waits.
    let end = match std::pin::pin!(reading).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(())) => End::Last,
        Poll::Ready(Err(Broken::Incomplete)) => End::Incomplete,
        Poll::Ready(Err(Broken::Boundary)) => End::Boundary,
        other => panic!("{other:?}"),
    };
    if is_within && let Some((_, content)) = parts.last_mut() {
        // How much of a part without an end was handed on is a matter of the pieces.
        content.clear();
    }
    Reading { parts, end }
}

fn obvious(body: &[u8]) -> Reading {
    let mut parts = Vec::new();
    let end = read_obviously(&[b"\r\n", body].concat(), &mut parts);
    Reading { parts, end }
}

fn read_obviously(body: &[u8], parts: &mut Vec<(Vec<u8>, Vec<u8>)>) -> End {
    let Some(first) = find(body, DELIMITER) else { return End::Incomplete };
    let mut rest = &body[first + DELIMITER.len()..];
    loop {
        if rest == b"-" {
            return End::Incomplete;
        }
        let is_last = rest.starts_with(b"--");
        let padded = if is_last { &rest[2..] } else { rest };
        let spaces = padded.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        rest = &padded[spaces..];
        match rest {
            [] if is_last => return End::Last,
            [] | [b'\r'] => return End::Incomplete,
            [b'\r', b'\n', ..] if is_last => return End::Last,
            [b'\r', b'\n', ..] => {}
            _ => return End::Boundary,
        }
        let Some(end) = find(rest, b"\r\n\r\n") else { return End::Incomplete };
        let head = rest[2..end + 2].to_vec();
        rest = &rest[end + 2..];
        let Some(next) = find(rest, DELIMITER) else {
            parts.push((head, Vec::new()));
            return End::Incomplete;
        };
        parts.push((head, rest[2.min(next)..next].to_vec()));
        rest = &rest[next + DELIMITER.len()..];
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
