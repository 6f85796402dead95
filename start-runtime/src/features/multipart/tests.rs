//! The reader of parts, held against an obvious one, with the bytes cut in every way.

use std::task::{Context, Poll};

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::task::noop_waker_ref;
use futures_util::{StreamExt as _, stream};
use proptest::prelude::*;

use super::reader::{Broken, LARGEST_HEAD, Reader};

/// Headers and content of each part, or why there are none.
type Parts = Result<Vec<(Vec<u8>, Vec<u8>)>, &'static str>;

fn name(broken: &Broken) -> &'static str {
    match broken {
        Broken::Payload(_) => "payload",
        Broken::Incomplete => "incomplete",
        Broken::Boundary => "boundary",
        Broken::LargeHead => "large head",
    }
}

/// Reads pieces that arrive one by one: the body is not ready before each.
fn read(pieces: &[&[u8]]) -> Parts {
    let pieces = pieces.iter().flat_map(|piece| [None, Some(Bytes::copy_from_slice(piece))]);
    let mut pieces = pieces.collect::<Vec<_>>().into_iter();
    let body = stream::poll_fn(move |_| match pieces.next() {
        Some(Some(piece)) => Poll::Ready(Some(Ok::<_, PayloadError>(piece))),
        Some(None) => Poll::Pending,
        None => Poll::Ready(None),
    });
    let mut reader = Reader::new(body.fuse(), "B");
    let cx = &mut Context::from_waker(noop_waker_ref());
    let mut parts = Vec::new();
    while let Some(head) = ready(|| reader.poll_head(cx))? {
        let mut content = Vec::new();
        while let Some(piece) = ready(|| reader.poll_content(cx))? {
            assert!(!piece.is_empty());
            content.extend_from_slice(&piece);
        }
        parts.push((head.to_vec(), content));
    }
    Ok(parts)
}

fn ready<T>(mut poll: impl FnMut() -> Poll<Result<T, Broken>>) -> Result<T, &'static str> {
    loop {
        if let Poll::Ready(done) = poll() {
            return done.map_err(|broken| name(&broken));
        }
    }
}

/// The obvious reader: the whole body, cut at its delimiters.
fn obvious(body: &[u8]) -> Parts {
    let whole = [b"\r\n", body].concat();
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut parts: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut rest = &whole[find(&whole, b"\r\n--B").ok_or("incomplete")?..];
    loop {
        let line = &rest[5..];
        let is_last = line.starts_with(b"--");
        let line = if is_last { &line[2..] } else { line };
        let padding = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let line = &line[padding..];
        match line {
            [] if is_last => return Ok(parts),
            [b'\r', b'\n', ..] if is_last => return Ok(parts),
            [b'\r', b'\n', ..] => {}
            [] | b"\r" => return Err("incomplete"),
            b"-" if padding == 0 && !is_last => return Err("incomplete"),
            _ => return Err("boundary"),
        }
        let blank = find(line, b"\r\n\r\n").ok_or("incomplete")?;
        let behind = &line[blank + 2..];
        let end = find(behind, b"\r\n--B").ok_or("incomplete")?;
        parts.push((line[2..blank + 2].to_vec(), behind[2.min(end)..end].to_vec()));
        rest = &behind[end..];
    }
}

#[test]
fn delimiters_are_found_wherever_the_bytes_are_cut() {
    let bodies: [&[u8]; 14] = [
        b"--B\r\nA: 1\r\n\r\nx\r\n--B--\r\n",
        b"--B\r\n\r\nx\r\n--B--",
        b"preamble\r\n--\r\n--B \t \r\nA: 1\r\n\r\n\r\n--B\t\r\nA: 2\r\nB: 3\r\n\r\n\r\n\r\n--B-- \t\r\nepilogue\r\n--B\r\n",
        b"--B\r\nA: 1\r\n\r\n--B\r\nA: 2\r\n\r\n--B--",
        b"--B\r\nA: 1\r\n\r\n\r\r\n-\r\n--\r\n--\r\n-B\n--B\r\n\r\n--B--",
        b"--B--",
        b"--B-- \t",
        b"--B\r\nA: 1\r\n\r\nx\r\n--Bx\r\n",
        b"--B\r\nA: 1\r\n\r\nx\r\n--B\n",
        b"--B\r\nA: 1\r\n\r\nx\r\n--B--x",
        b"--B\r\nA: 1\r\n\r\nx\r\n--B -- \r\n",
        b"--B\r\nA: 1\r\n--B--\r\n",
        b"",
        b"\r\n--B\r\n\r\n\r\n--B--",
    ];
    for body in bodies {
        let expected = obvious(body);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(read(&[body]), expected, "{shown:?}");
        assert_eq!(read(&body.chunks(1).collect::<Vec<_>>()), expected, "{shown:?}, byte by byte");
        for first in 0..=body.len() {
            for second in first..=body.len() {
                let pieces = [&body[..first], &body[first..second], &body[second..]];
                assert_eq!(read(&pieces), expected, "{shown:?}, cut at {first} and {second}");
            }
        }
    }
}

#[test]
fn the_headers_of_a_part_are_bounded() {
    let body = |length: usize| [b"--B\r\n", &vec![b'a'; length][..], b"\r\n\r\nx\r\n--B--"].concat();
    assert!(read(&[&body(LARGEST_HEAD - 2)]).is_ok());
    for pieces in [1, 1000, usize::MAX] {
        let body = body(LARGEST_HEAD + 1);
        assert_eq!(read(&body.chunks(pieces.min(body.len())).collect::<Vec<_>>()), Err("large head"));
    }
}

proptest! {
    #[test]
    fn any_bytes_mean_the_same_as_to_the_obvious_reader(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "\r", "\n", "-", "--", "B", "--B", " ", "x", "\r\n", "\r\n\r\n", "\r\n--B", "\r\n--B\r\n", "--B--",
        ]), 0..24),
        begun in any::<bool>(),
        size in 1usize..9,
    ) {
        let body = [if begun { "--B\r\n" } else { "" }, &tokens.concat()].concat();
        let pieces: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
        prop_assert_eq!(read(&pieces), obvious(body.as_bytes()));
    }
}
