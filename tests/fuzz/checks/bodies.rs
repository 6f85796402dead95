//! What holds for a JSON body, whatever comes in: the check of the target `bodies`.
//!
//! # Input
//! The body.
//!
//! # Invariants
//! - The status is 200 if the text is a value of the handler's type, 422 if it is JSON by RFC 8259 and no such value, and
//!   400 if it is not JSON.
//! - No answer is long.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

use crate::app::{LONGEST_ANSWER, send};

#[derive(Debug, Deserialize, Serialize)]
struct Letter {
    to: String,
    #[serde(default)]
    pages: Vec<(u8, String)>,
    weight: Option<f64>,
    kind: Option<Kind>,
    #[serde(default)]
    marks: BTreeMap<i8, bool>,
    #[serde(default)]
    answer_to: Option<Box<Letter>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Howler { volume: u32 },
    Sealed(String),
}

#[api_route(POST, "/letters")]
async fn letters(Json(letter): Json<Letter>) -> Json<Letter> {
    Json(letter)
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let (status, answer) =
        send(|app| app.post("/letters").header("content-type", "application/json").body(input.to_vec()));
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let expected = match serde_json::from_slice::<Letter>(text) {
        // serde_json does not look into texts that nobody wants.
        Ok(_) if std::str::from_utf8(text).is_ok() => 200,
        _ if is_json(text) => 422,
        _ => 400,
    };
    assert_eq!(status, expected, "{}", answer.escape_ascii());
    assert!(answer.len() <= LONGEST_ANSWER, "{} bytes", answer.len());
}

/// Whether a text is JSON (RFC 8259, section 2). Without recursion, so that no depth is too much.
fn is_json(text: &[u8]) -> bool {
    if std::str::from_utf8(text).is_err() {
        return false;
    }
    let mut reader = Reader { text, at: 0 };
    let mut open: Vec<u8> = Vec::new();
    // Whether a value comes next, and not what is behind one.
    let mut value_is_next = true;
    loop {
        reader.space();
        if value_is_next {
            match reader.next() {
                Some(b'{') => {
                    open.push(b'}');
                    reader.space();
                    if reader.take(b"}") {
                        open.pop();
                        value_is_next = false;
                    } else if !reader.name() {
                        return false;
                    }
                }
                Some(b'[') => {
                    open.push(b']');
                    reader.space();
                    if reader.take(b"]") {
                        open.pop();
                        value_is_next = false;
                    }
                }
                Some(byte) if reader.scalar(byte) => value_is_next = false,
                _ => return false,
            }
            continue;
        }
        match (open.last(), reader.next()) {
            (None, None) => return true,
            (Some(b'}'), Some(b',')) => {
                reader.space();
                if !reader.name() {
                    return false;
                }
                value_is_next = true;
            }
            (Some(b']'), Some(b',')) => value_is_next = true,
            (Some(close), Some(byte)) if *close == byte => drop(open.pop()),
            _ => return false,
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn take(&mut self, expected: &[u8]) -> bool {
        let is_there = self.text[self.at..].starts_with(expected);
        self.at += if is_there { expected.len() } else { 0 };
        is_there
    }

    fn space(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A name of an object and its colon.
    fn name(&mut self) -> bool {
        if !(self.take(b"\"") && self.string()) {
            return false;
        }
        self.space();
        self.take(b":")
    }

    /// A value that begins with this byte and has no values inside.
    fn scalar(&mut self, first: u8) -> bool {
        match first {
            b'"' => self.string(),
            b't' => self.take(b"rue"),
            b'f' => self.take(b"alse"),
            b'n' => self.take(b"ull"),
            b'-' => self.next().is_some_and(|digit| self.number(digit)),
            digit => self.number(digit),
        }
    }

    /// The rest of a string.
    fn string(&mut self) -> bool {
        loop {
            match self.next() {
                Some(b'"') => return true,
                Some(b'\\') => match self.next() {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                    Some(b'u') if (0..4).all(|_| self.next().is_some_and(|byte| byte.is_ascii_hexdigit())) => {}
                    _ => return false,
                },
                Some(0x20..) => {}
                _ => return false,
            }
        }
    }

    fn number(&mut self, first: u8) -> bool {
        if !first.is_ascii_digit() {
            return false;
        }
        if first != b'0' {
            self.digits();
        }
        if self.take(b".") && self.digits() == 0 {
            return false;
        }
        if self.take(b"e") || self.take(b"E") {
            let _ = self.take(b"+") || self.take(b"-");
            return self.digits() > 0;
        }
        true
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - start
    }
}

#[test]
fn the_obvious_reader_knows_json() {
    for text in ["1", " [] ", "{\"a\":[1,{}],\"b\":-0.5e+7}", "\"\\ud800\"", "1e400", "true", "[[[]],null]"] {
        assert!(is_json(text.as_bytes()), "{text}");
    }
    for text in
        ["", "01", "[1,]", "{a:1}", "{\"a\"}", "\"\t\"", "1.", "+1", "nul", "[1}", "1 2", "{\"a\":1,}", "\u{feff}1"]
    {
        assert!(!is_json(text.as_bytes()), "{text}");
    }
}
