//! The core alone, in all ways in which a message may be cut into pieces; and beside the codec of
//! actix-http, which must find the same requests in what is taken.

use std::cell::Cell;

use actix_codec::Decoder as _;
use actix_http::ServiceConfig;
use actix_http::h1::{Codec, Message as Decoded};
use bytes::BytesMut;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const LIMIT: usize = 1000;

/// What was found in an input, however it was cut.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    /// Each request as text, and its body.
    requests: Vec<(String, Vec<u8>)>,
    /// How many of them are complete.
    complete: usize,
    /// The status and the detail of a refusal, and whether it is one of a body.
    refused: Option<(u16, String, bool)>,
    /// What it means that the input ends here.
    at_end: Option<String>,
}

impl Found {
    fn status(&self) -> Option<u16> {
        self.refused.as_ref().map(|refused| refused.0)
    }
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Found {
    let (mut core, mut buffer, mut found) = (Core::new(LIMIT, None), BytesMut::new(), Found::default());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(event) = core.next(&mut buffer) {
            match event {
                Event::Request(request, message) => {
                    found.complete += usize::from(message.framing == Framing::None);
                    let head = request.head();
                    let mut headers: Vec<_> = head.headers.iter().map(|header| format!("{header:?}")).collect();
                    headers.sort();
                    let line = format!("{} {} {:?}", head.method, head.uri, head.version);
                    found.requests.push((format!("{line} {headers:?} {message:?}"), Vec::new()));
                }
                Event::Data(data) => {
                    assert!(!data.is_empty());
                    found.requests.last_mut().unwrap().1.extend_from_slice(&data);
                }
                Event::End => found.complete += 1,
                Event::Refused(refusal) | Event::Broken(refusal) if found.refused.is_some() => {
                    panic!("two refusals: {refusal:?}");
                }
                Event::Refused(refusal) => {
                    found.refused = Some((refusal.status.as_u16(), refusal.detail.into_owned(), false));
                }
                Event::Broken(refusal) => {
                    found.refused = Some((refusal.status.as_u16(), refusal.detail.into_owned(), true));
                }
            }
        }
    }
    found.at_end = core.end_of_input(&buffer).map(|refusal| refusal.detail.into_owned());
    found
}

const HELLO: &str = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

fn post(headers: &str, body: &str) -> String {
    format!("POST /a HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}")
}

fn chunked(body: &str) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
}

fn head(line: &str, headers: &str) -> String {
    format!("{line}\r\n{headers}\r\n")
}

/// Holds an input against what is expected of it, cut at all places and byte by byte.
fn assert_read(input: &[u8], requests: usize, refused: Option<u16>) -> Found {
    let text = String::from_utf8_lossy(input);
    let whole = read([input]);
    assert_eq!((whole.requests.len(), whole.status()), (requests, refused), "{text:?}: {whole:?}");
    assert_eq!(read(input.chunks(1)), whole, "byte by byte: {text:?}");
    for cut in 0..input.len() {
        let (start, end) = input.split_at(cut);
        assert_eq!(read([start, end]), whole, "cut at {cut}: {text:?}");
    }
    whole
}

#[test]
fn messages_are_taken_or_refused_however_they_are_cut() {
    let many = "X: y\r\n".repeat(97);
    let some = "X: y\r\n".repeat(95);
    // what comes in, how many requests are found, the refusal
    let cases = [
        (HELLO.to_owned(), 1, None),
        (HELLO.repeat(5), 5, None),
        (format!("\r\n\r\n{HELLO}"), 1, None),
        (format!("{HELLO}\n\r\n{HELLO}"), 2, None),
        (format!("\r{HELLO}"), 0, Some(400)),
        ("\r\n".repeat(LIMIT), 0, Some(400)),
        (post("Content-Length: 3\r\n", "abc") + HELLO, 2, None),
        (post("Content-Length: 3\r\n", "abcG") + HELLO, 2, None),
        (post("Content-Length: 3\r\n", "abc\r\n") + HELLO, 2, None),
        (chunked("3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nT: v\r\n\r\n") + HELLO, 2, None),
        (head("GET /a HTTP/1.0", "") + HELLO, 1, None),
        (head("GET /a HTTP/1.0", "Connection: keep-alive\r\n") + HELLO, 2, None),
        (head("GET /a HTTP/1.1", "Host: x\r\nConnection: a, Close\r\n") + HELLO, 1, None),
        (head("GET http://y:1/a HTTP/1.1", "Host: x y\r\n"), 1, None),
        (head("OPTIONS * HTTP/1.1", "Host: x\r\n"), 1, None),
        (head("GET * HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET http://y:z/a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET http:///a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /a#b HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /p/<x> HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /?`\" HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /h\u{e9} HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("CONNECT x:80 HTTP/1.1", "Host: x\r\n"), 0, Some(501)),
        (head("GET /a HTTP/1.2", "Host: x\r\n") + HELLO, 2, None),
        (head("GET /a HTTP/1.9", "Host: x:y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.10", "Host: x\r\n"), 0, Some(400)),
        (head("GET /a HTTP/2.0", "Host: x\r\n"), 0, Some(505)),
        (head("GET /a HTTP/1.;", "Host: x\r\n"), 0, Some(400)),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 0, Some(505)),
        (head("GET /a HTTP/1.1 ", "Host: x\r\n"), 0, Some(400)),
        (head("GET  /a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("GET /a", "Host: x\r\n"), 0, Some(400)),
        (head(" GET /a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (head("G@T /a HTTP/1.1", "Host: x\r\n"), 0, Some(400)),
        (format!("GET /{} HTTP/1.1\r\n", "a".repeat(LIMIT)), 0, Some(414)),
        (head("GET /a HTTP/1.1", &format!("Host: x\r\nX: {}\r\n", "a".repeat(LIMIT))), 0, Some(431)),
        (head("GET /a HTTP/1.1", &format!("Host: x\r\n{some}")), 1, None),
        (head("GET /a HTTP/1.1", &format!("Host: x\r\n{many}")), 0, Some(431)),
        (head("GET /a HTTP/1.1", ""), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nHost: x\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x:y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host:\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\n X: y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX : y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\n: y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\nX: y\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1\nHost: x\r\n", ""), 0, Some(400)),
        ("GET /a HTTP/1.1\nHost: x\n\n".to_owned(), 0, Some(400)),
        ("GET /a HTTP/1.1\r\nHost: x\r\n\n".to_owned(), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX: a\rb\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX: a\0b\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nX: a\tb\u{e9}\r\n"), 1, None),
        (head("GET /a HTTP/1.1", "Host: x\r\nX:\r\nY: \t \r\n"), 1, None),
        (head("GET /a HTTP/1.1", "Host: x\r\nConnection: close, \u{e9}\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nConnection: a b\r\n"), 0, Some(400)),
        (head("GET /a HTTP/1.1", "Host: x\r\nExpect: y\r\n"), 0, Some(417)),
        (head("GET /a HTTP/1.0", "Expect: y\r\n"), 1, None),
        (post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length: 3, 3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length: +3\r\n", "abc"), 0, Some(400)),
        (post("Content-Length:\r\n", ""), 0, Some(400)),
        (post("Content-Length: 18446744073709551616\r\n", ""), 0, Some(400)),
        (post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 0, Some(400)),
        (post("Transfer-Encoding: chunked, chunked\r\n", ""), 0, Some(400)),
        (post("Transfer-Encoding: chunked, x\r\n", ""), 0, Some(400)),
        (post("Transfer-Encoding: x, chunked\r\n", ""), 0, Some(501)),
        (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), 0, Some(400)),
        (head("POST /a HTTP/1.0", "Transfer-Encoding: chunked\r\n"), 0, Some(400)),
        (head("POST /a HTTP/1.0", ""), 0, Some(411)),
        (post("Upgrade: websocket\r\nContent-Length: 3\r\n", "abc") + HELLO, 2, None),
        (post("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n", "abc") + HELLO, 2, None),
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
        assert_read(input.as_bytes(), requests, refused);
    }
    assert_read(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close, \xff\r\n\r\n", 0, Some(400));
    assert_read(b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 0, Some(400));
    assert_read(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 0, Some(400));
}

#[test]
fn refusals_say_what_is_wrong() {
    let detail = |input: &str| assert_read(input.as_bytes(), 0, read([input.as_bytes()]).status()).refused.unwrap().1;
    for (input, part) in [
        (head("GET /a HTTP/1.1", ""), "the Host header is missing"),
        (head("GET /a HTTP/1.1", "Host: x\nX: y\r\n"), "ends with LF alone"),
        (head("GET /a HTTP/1.1", "Host: x\r\nX : y\r\n"), "no space may stand before the colon"),
        (head("GET /a HTTP/1.1", "Host: x\r\n X: y\r\n"), "begins with white space"),
        (head("GET /a HTTP/1.1", "Host: x\r\nX: \x01\r\n"), "a control character stands in the head"),
        (head("GET /a HTTP/3.0", ""), "a server for HTTP/1.1"),
        (head("GET /a http/1.1", ""), "does not end with a version"),
        (head("GET /a b HTTP/1.1", ""), "the request line is no"),
        (head("GET /p/<x> HTTP/1.1", "Host: x\r\n"), "percent-encoded"),
        (head("GET /a HTTP/1.1", "Host: x\r\nConnection: ä\r\n"), "Connection header is no token"),
        (head("GET a HTTP/1.1", "Host: x\r\nHost: y\r\nX : y\r\n"), "neither a path"),
    ] {
        assert!(detail(&input).contains(part), "{input:?}: {}", detail(&input));
    }
    let cut_off = read([&HELLO.as_bytes()[..20]]);
    assert!(cut_off.at_end.unwrap().contains("within the head"));
    for nothing in ["", "\r\n", "\r", HELLO] {
        assert_eq!(read([nothing.as_bytes()]).at_end, None);
    }
}

#[test]
fn the_host_is_that_of_an_absolute_target() {
    let found = read([&b"GET http://real.example:81/x?y HTTP/1.1\r\nHost: other.example\r\n\r\n"[..]]);
    let text = &found.requests[0].0;
    assert!(text.matches("real.example:81").count() == 2 && !text.contains("other.example"), "{text}");
    let found = read([&b"GET http://x HTTP/1.0\r\n\r\n"[..]]);
    assert!(found.requests[0].0.contains("GET http://x/ HTTP/1.0"), "{found:?}");
}

#[test]
fn an_upgrade_needs_both_headers() {
    for (headers, upgrade) in [
        ("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n", "WebSocket"),
        ("Connection: Upgrade\r\nUpgrade: h2c\r\n", "Other"),
        ("Upgrade: websocket\r\n", "No"),
        ("Connection: close, Upgrade\r\nUpgrade: websocket\r\n", "No"),
        ("Connection: Upgrade\r\n", "No"),
        ("Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n", "No"),
    ] {
        let found = read([post(headers, "").as_bytes()]);
        assert!(found.requests[0].0.contains(&format!("upgrade: {upgrade}")), "{headers:?}: {found:?}");
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
pub fn input() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop::sample::select(b"\r\n \t:;,0a5\0GX\xff".to_vec());
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

/// `CASES` multiplies the number of cases, for a longer search.
pub fn runner(cases: u32) -> TestRunner {
    let factor: u32 = std::env::var("CASES").map_or(1, |factor| factor.parse().unwrap());
    let cases = cases * factor;
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn the_same_bytes_mean_the_same_however_they_are_cut() {
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..6);
    runner(20_000)
        .run(&(input(), cuts), |(bytes, cuts)| {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let (mut pieces, mut start) = (Vec::new(), 0);
            for cut in cuts {
                pieces.push(&bytes[start..cut]);
                start = cut;
            }
            pieces.push(&bytes[start..]);
            let whole = read([&bytes[..]]);
            prop_assert_eq!(&read(pieces), &whole);
            prop_assert_eq!(read(bytes.chunks(1)), whole);
            Ok(())
        })
        .unwrap();
}

/// The requests that actix reads, and their bodies; and whether it took all as it was.
fn actix(bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut codec = Codec::new(ServiceConfig::default());
    let mut bytes = BytesMut::from(bytes);
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    loop {
        match codec.decode(&mut bytes) {
            Ok(Some(Decoded::Item(_))) => bodies.push(Vec::new()),
            Ok(Some(Decoded::Chunk(Some(data)))) => bodies.last_mut().unwrap().extend_from_slice(&data),
            Ok(Some(Decoded::Chunk(None))) => {}
            Ok(None) => return (bodies, true),
            Err(_) => return (bodies, false),
        }
    }
}

#[test]
fn actix_reads_the_same_requests_where_both_take_the_input() {
    actix_web::rt::System::new().block_on(async {
        // How many inputs both understand, and how many of those are more than one request.
        let (understood, several) = (Cell::new(0), Cell::new(0));
        let cases = 20_000;
        let result = runner(cases).run(&input(), |bytes| {
            let found = read([&bytes[..]]);
            if found.refused.is_some() {
                // The refusal stands where actix would guess.
                return Ok(());
            }
            let (bodies, is_whole) = actix(&bytes);
            // actix reads on behind `Connection: close`, and refuses more in some places.
            let ours: Vec<_> = found.requests.iter().map(|request| request.1.clone()).collect();
            if is_whole {
                prop_assert!(bodies.starts_with(&ours), "actix reads {bodies:?} of {found:?}");
            } else {
                prop_assert!(bodies.len() <= ours.len() || bodies.starts_with(&ours), "{bodies:?} of {found:?}");
            }
            understood.set(understood.get() + u32::from(is_whole && !ours.is_empty()));
            several.set(several.get() + u32::from(is_whole && ours.len() > 1));
            Ok(())
        });
        result.unwrap();
        // Otherwise the test would be worth nothing.
        let (understood, several) = (understood.get(), several.get());
        assert!(understood > cases / 20 && several > cases / 100, "{understood}, {several} of {cases}");
    });
}
