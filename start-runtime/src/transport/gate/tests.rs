//! The gate alone, in all ways in which a message may be cut into pieces; and beside actix, which must
//! never see another request than the gate does.

use std::cell::Cell;

use actix_codec::Decoder as _;
use actix_http::ServiceConfig;
use actix_http::h1::{Codec, Message};
use actix_web::web::BytesMut;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const LIMIT: usize = 1000;

/// What becomes of an input: the bytes that pass, how many requests they are, and the refusal.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    passed: Vec<u8>,
    requests: u64,
    refused: Option<u16>,
}

/// Lets pieces through the gate, each request answered before the next piece comes.
fn through<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut gate = Gate::new(LIMIT, true);
    let mut outcome = Outcome { passed: Vec::new(), requests: 0, refused: None };
    for piece in pieces {
        let mut piece = piece.to_vec();
        while !piece.is_empty() && outcome.refused.is_none() {
            let verdict = gate.look(&piece, false);
            outcome.requests += verdict.requests;
            outcome.passed.extend(piece.drain(..verdict.pass));
            match verdict.rest {
                Rest::Nothing => {}
                Rest::Hold(head) => {
                    gate.release();
                    outcome.requests += 1;
                    outcome.passed.extend(piece.drain(..head));
                }
                Rest::Discard => piece.clear(),
                Rest::Refuse(refusal) | Rest::Break(refusal) => outcome.refused = Some(refusal.status.as_u16()),
            }
        }
    }
    outcome
}

const HELLO: &str = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn messages_pass_or_are_refused_however_they_are_cut() {
    let post = |headers: &str, body: &str| format!("POST /a HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}");
    let chunked = |body: &str| post("Transfer-Encoding: chunked\r\n", body);
    let head = |line: &str, headers: &str| format!("{line}\r\n{headers}\r\n");
    let many = "X: y\r\n".repeat(97);
    // what comes in, how many requests pass, the refusal
    let cases = [
        (HELLO.to_owned(), 1, None),
        (HELLO.repeat(5), 5, None),
        (format!("\r\n\r\n{HELLO}"), 1, None),
        (post("Content-Length: 3\r\n", "abc") + HELLO, 2, None),
        (post("Content-Length: 3\r\n", "abcG") + HELLO, 2, None),
        (chunked("3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nT: v\r\n\r\n") + HELLO, 2, None),
        (head("GET /a HTTP/1.0", "") + HELLO, 1, None),
        (head("GET /a HTTP/1.1", "Host: x\r\nConnection: a, Close\r\n") + HELLO, 1, None),
        (head("GET http://y:1/a HTTP/1.1", "Host: x y\r\n"), 1, None),
        (head("OPTIONS * HTTP/1.1", "Host: x\r\n"), 1, None),
        (head("GET * HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET http://y:z/a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /a#b HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("CONNECT x:80 HTTP/1.1", "Host: x\r\n"), 0, Some(501)),
        (head("GET /a HTTP/2.0", "Host: x\r\n"), 0, Some(505)),
        (head("GET /a HTTP/1.1 ", "Host: x\r\n"), 0, Some(400)),
        (head("GET  /a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (format!("GET /{} HTTP/1.1\r\n", "a".repeat(LIMIT)), 0, Some(414)),
        (head("GET /a HTTP/1.1", &format!("Host: x\r\nX: {}\r\n", "a".repeat(LIMIT))), 0, Some(431)),
        (head("GET /a HTTP/1.1", &format!("Host: x\r\n{many}")), 0, Some(431)),
        (head("GET /a HTTP/1.1", ""), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nHost: x\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x:y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\n X: y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX : y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\nX: y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX: a\rb\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nExpect: y\r\n"), 0, Some(417)),
        (head("GET /a HTTP/1.0", "Expect: y\r\n"), 1, None),
        (post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length: 3, 3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length: +3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length: 18446744073709551616\r\n", ""), 0, Some(400)),
        (post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 0, Some(400)),
        (post("Transfer-Encoding: chunked, chunked\r\n", ""), 0, Some(400)),
        (post("Transfer-Encoding: chunked, x\r\n", ""), 0, Some(400)),
        (post("Transfer-Encoding: x, chunked\r\n", ""), 0, Some(501)),
        (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), 0, Some(400)),
        (head("POST /a HTTP/1.0", "Transfer-Encoding: chunked\r\n"), 0, Some(400)),
        (head("POST /a HTTP/1.0", ""), 0, Some(411)),
        (post("Upgrade: websocket\r\nContent-Length: 3\r\n", "abc"), 0, Some(400)),
        (post("Upgrade: websocket\r\n", "anything") + HELLO, 1, None),
        (chunked("3\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("3 \r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("3 ;x\r\nabc\r\n0\r\n\r\n"), 1, None),
        (chunked(" 3\r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("\r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("0x3\r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("3;x\ny\r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("3\r\nabcd\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("3\r\nabc\n0\r\n\r\n"), 1, Some(400)),
        (chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 1, Some(400)),
        (chunked("0\r\n\n"), 1, Some(400)),
        (chunked("0\r\nT\r\n\r\n"), 1, Some(400)),
        (chunked("0\r\n: v\r\n\r\n"), 1, Some(400)),
        (chunked("0\r\nContent-Length: 3\r\n\r\n"), 1, Some(400)),
    ];
    for (input, requests, refused) in cases {
        let whole = through([input.as_bytes()]);
        assert_eq!((whole.requests, whole.refused), (requests, refused), "{input:?}");
        if refused.is_none() && requests > 1 {
            assert_eq!(whole.passed.len(), input.len(), "{input:?}");
        }
        let bytes = through(input.as_bytes().chunks(1));
        assert_eq!((bytes.requests, bytes.refused), (requests, refused), "byte by byte: {input:?}");
        for cut in 0..input.len() {
            let (start, end) = input.as_bytes().split_at(cut);
            let halves = through([start, end]);
            assert_eq!((halves.requests, halves.refused), (requests, refused), "cut at {cut}: {input:?}");
        }
    }
}

#[test]
fn a_request_that_would_be_mixed_up_waits_for_those_before() {
    let head = HELLO.replace("GET", "HEAD");
    let post = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    // a first request, a second one, whether that may go on before the first is answered
    for (first, second, overtakes) in [
        (HELLO, HELLO, true),
        (&*head, &*head, true),
        (HELLO, &*head, false),
        (&*head, HELLO, false),
        (HELLO, post, false),
        (post, HELLO, true),
        (HELLO, "GET /a HTTP/1.0\r\n\r\n", false),
        (HELLO, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false),
    ] {
        let mut gate = Gate::new(LIMIT, true);
        let input = format!("{first}{second}");
        let verdict = gate.look(input.as_bytes(), false);
        if overtakes {
            assert_eq!((verdict.pass, verdict.rest), (input.len(), Rest::Nothing), "{input:?}");
            continue;
        }
        let head_length = second.find("\r\n\r\n").unwrap() + 4;
        assert_eq!((verdict.pass, verdict.requests), (first.len(), 1), "{input:?}");
        assert_eq!(verdict.rest, Rest::Hold(head_length), "{input:?}");
        gate.release();
        let body = &second.as_bytes()[head_length..];
        assert_eq!(gate.look(body, true).pass, body.len(), "{input:?}");
    }
}

/// A message, well formed or nearly so.
fn message() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "GET /a HTTP/1.1",
        "POST /a HTTP/1.1",
        "HEAD http://x/a HTTP/1.1",
        "POST /a HTTP/1.0",
        "OPTIONS * HTTP/1.1",
    ]);
    let header = prop::sample::select(vec![
        "Content-Length: 5",
        "Content-Length: 5",
        "content-length:\t05 ",
        "Content-Length: 5, 5",
        "Content-Length: 0",
        "Transfer-Encoding: chunked",
        "transfer-encoding:chunked",
        "Transfer-Encoding: Chunked\t",
        "Transfer-Encoding: x, chunked",
        "Transfer-Encoding: identity",
        "Connection: close",
        "Connection: keep-alive",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Upgrade: h2c",
        "Expect: 100-continue",
        "X: y",
        "X:",
        "Host: x",
    ]);
    let body = prop::sample::select(vec![
        "",
        "",
        "hello",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n0\r\nT: v\r\n\r\n",
        "05\r\nhello\r\n2\r\n\r\n\r\n0\r\n\r\n",
        "0\r\n\r\n",
        "0\r\n",
    ]);
    (line, prop::collection::vec(header, 0..3), body).prop_map(|(line, headers, body)| {
        let headers: String = headers.into_iter().map(|header| format!("{header}\r\n")).collect();
        format!("{line}\r\nHost: x\r\n{headers}\r\n{body}")
    })
}

/// Several of them, with a few bytes put in, taken out or changed.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop::sample::select(b"\r\n \t:;,0a5\0GX".to_vec());
    let edit = (any::<prop::sample::Index>(), 0..3, byte);
    (prop::collection::vec(message(), 1..4), prop::collection::vec(edit, 0..2)).prop_map(|(messages, edits)| {
        let mut bytes = messages.concat().into_bytes();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes.insert(at, byte),
                1 => bytes[at] = byte,
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

/// How many requests actix reads, and whether it took all as it was.
fn actix(bytes: &[u8]) -> (u64, bool) {
    let mut codec = Codec::new(ServiceConfig::default());
    let mut bytes = BytesMut::from(bytes);
    let mut requests = 0;
    loop {
        match codec.decode(&mut bytes) {
            Ok(Some(Message::Item(_))) => requests += 1,
            Ok(Some(Message::Chunk(_))) => {}
            Ok(None) => return (requests, true),
            Err(_) => return (requests, false),
        }
    }
}

#[test]
fn actix_reads_the_requests_that_the_gate_lets_pass_and_no_others() {
    actix_web::rt::System::new().block_on(async {
        // How many inputs actix understands, and how many of those are more than one request.
        let (understood, several) = (Cell::new(0), Cell::new(0));
        let cases = 20_000;
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let result = runner.run(&(input(), any::<prop::sample::Index>()), |(bytes, cut)| {
            let (start, end) = bytes.split_at(cut.index(bytes.len()));
            let outcome = through([start, end]);
            let (requests, is_whole) = actix(&outcome.passed);
            // actix may refuse more than the gate; it must not see more, nor others.
            let agrees = if is_whole { requests == outcome.requests } else { requests <= outcome.requests };
            prop_assert!(agrees, "actix reads {requests} of {outcome:?}");
            understood.set(understood.get() + u32::from(is_whole && requests > 0));
            several.set(several.get() + u32::from(is_whole && requests > 1));
            Ok(())
        });
        result.unwrap();
        // Otherwise the test would be worth nothing.
        let (understood, several) = (understood.get(), several.get());
        assert!(understood > cases / 4 && several > cases / 20, "{understood}, {several} of {cases}");
    });
}
