//! The path of a request as the router sees it: split at `/`, then each segment is decoded once.
//!
//! It is split before it is decoded, so that `%2F` stays inside its segment. It is decoded before it is compared, so
//! that `%61dmin` is `admin` and cannot bypass a guard.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use smallvec::SmallVec;

/// A range of the decoded text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Never saturates: paths are far below 4 GiB, because a request's head has at most as many bytes as its buffer.
    pub fn new(start: usize, end: usize) -> Self {
        let count = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { start: count(start), end: count(end) }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A request path, ready to be matched.
pub struct RequestPath<'a> {
    text: Cow<'a, str>,
    segments: SmallVec<[Span; 8]>,
    has_empty_segment: bool,
}

/// Why a path cannot be matched at all. The response is a 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadPath {
    /// A target that is not a path, such as the `*` of `OPTIONS *`.
    NotAbsolute(String),
    /// A `%` without two hex digits.
    Escape(String),
    /// Escapes that decode to something other than UTF-8.
    NotUtf8(String),
    /// A segment `.` or `..`, literal or encoded.
    DotSegment,
}

impl<'a> RequestPath<'a> {
    /// Splits and decodes a path. One trailing slash is tolerated and ignored.
    pub fn parse(raw: &'a str) -> Result<Self, BadPath> {
        let Some(inner) = raw.strip_prefix('/') else {
            return Err(BadPath::NotAbsolute(raw.to_owned()));
        };
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut path = Self { text: Cow::Borrowed(raw), segments: SmallVec::new(), has_empty_segment: false };
        if raw.len() == 1 {
            return Ok(path);
        }
        let mut start = 0;
        for (at, byte) in inner.bytes().enumerate() {
            match byte {
                b'%' => return Self::decoded(inner, raw),
                b'/' => {
                    path.push(&inner[start..at], start + 1)?;
                    start = at + 1;
                }
                _ => {}
            }
        }
        path.push(&inner[start..], start + 1)?;
        Ok(path)
    }

    fn decoded(inner: &str, raw: &str) -> Result<Self, BadPath> {
        let mut text = String::with_capacity(raw.len());
        let mut path = Self { text: Cow::Borrowed(""), segments: SmallVec::new(), has_empty_segment: false };
        for segment in inner.split('/') {
            text.push('/');
            let start = text.len();
            let segment = decode(segment)?;
            path.push(&segment, start)?;
            text.push_str(&segment);
        }
        path.text = Cow::Owned(text);
        Ok(path)
    }

    fn push(&mut self, segment: &str, start: usize) -> Result<(), BadPath> {
        if matches!(segment.as_bytes(), b"." | b"..") {
            return Err(BadPath::DotSegment);
        }
        self.has_empty_segment |= segment.is_empty();
        self.segments.push(Span::new(start, start + segment.len()));
        Ok(())
    }

    /// The number of segments.
    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// Whether a segment is empty, as in `/a//b`. Such a path matches nothing.
    pub fn has_empty_segment(&self) -> bool {
        self.has_empty_segment
    }

    /// The decoded text of a segment.
    pub fn segment(&self, index: usize) -> &str {
        slice(&self.text, self.segments[index])
    }

    /// The decoded text; borrowed if it is the raw path itself.
    pub fn into_text(self) -> Cow<'a, str> {
        self.text
    }
}

/// The part of a text that a span covers.
pub fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

/// Stands for a slash inside of a segment. No UTF-8 text contains this byte.
const SLASH: u8 = 0xFF;

/// The bytes of a decoded text, with each slash marked.
pub fn marked(text: &str) -> Cow<'_, [u8]> {
    if text.contains('/') {
        text.bytes().map(|byte| if byte == b'/' { SLASH } else { byte }).collect()
    } else {
        Cow::Borrowed(text.as_bytes())
    }
}

/// The bytes of a path, with each slash inside of a segment marked.
pub fn mark(path: &RequestPath<'_>) -> Vec<u8> {
    if path.segments.is_empty() {
        return b"/".to_vec();
    }
    let mut bytes = Vec::with_capacity(path.text.len());
    for index in 0..path.segment_count() {
        bytes.push(b'/');
        bytes.extend_from_slice(&marked(path.segment(index)));
    }
    bytes
}

/// Decodes the escapes of one segment. Returns an error for a malformed one.
fn decode(segment: &str) -> Result<Cow<'_, str>, BadPath> {
    let mut rest = segment;
    while let Some(at) = rest.find('%') {
        let escape = rest.get(at..at + 3).filter(|escape| escape.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit()));
        if escape.is_none() {
            return Err(BadPath::Escape(rest[at..].chars().take(3).collect()));
        }
        rest = &rest[at + 3..];
    }
    percent_encoding::percent_decode_str(segment).decode_utf8().map_err(|_| BadPath::NotUtf8(segment.to_owned()))
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAbsolute(text) => write!(f, "`{text}` is not a path: it has to begin with `/`"),
            Self::Escape(text) => {
                write!(
                    f,
                    "the path contains `{text}`: `%` is followed by two hex digits (RFC 3986), a plain `%` is written `%25`"
                )
            }
            Self::NotUtf8(segment) => write!(f, "the path segment `{segment}` does not decode to UTF-8"),
            Self::DotSegment => {
                f.write_str("the path contains a segment `.` or `..`: resolve it before sending the request")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(raw: &str) -> Result<Vec<String>, BadPath> {
        let path = RequestPath::parse(raw)?;
        Ok((0..path.segment_count()).map(|index| path.segment(index).to_owned()).collect())
    }

    #[test]
    fn paths_are_split_then_decoded() {
        let cases: &[(&str, &[&str])] = &[
            ("/", &[]),
            ("/a", &["a"]),
            ("/a/", &["a"]),
            ("/a//", &["a", ""]),
            ("//", &[""]),
            ("//a", &["", "a"]),
            ("/a/b", &["a", "b"]),
            ("/%61dmin", &["admin"]),
            ("/a%2Fb/c", &["a/b", "c"]),
            ("/%2541", &["%41"]),
            ("/caf%C3%A9", &["café"]),
            ("/a+b", &["a+b"]),
            ("/%20", &[" "]),
            ("/%00", &["\0"]),
            ("/%2F", &["/"]),
            ("/a%20/", &["a "]),
            ("/...", &["..."]),
        ];
        for (raw, expected) in cases {
            assert_eq!(
                segments(raw).as_deref(),
                Ok(expected.iter().map(|&text| text.to_owned()).collect::<Vec<_>>().as_slice()),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_cannot_be_matched_is_refused() {
        for raw in ["/%", "/%2", "/%zz", "/a/%4", "/%%20", "/%+1", "/%é"] {
            assert!(matches!(segments(raw), Err(BadPath::Escape(_))), "{raw}");
        }
        for raw in ["", "*", "a/b"] {
            assert!(matches!(segments(raw), Err(BadPath::NotAbsolute(_))), "{raw}");
        }
        for raw in ["/%FF", "/%C3", "/%C3/%A9"] {
            assert!(matches!(segments(raw), Err(BadPath::NotUtf8(_))), "{raw}");
        }
        for raw in ["/.", "/..", "/a/../b", "/%2e", "/%2E%2e/x", "/.%2e/", "/a/./"] {
            assert_eq!(segments(raw), Err(BadPath::DotSegment), "{raw}");
        }
    }
}
