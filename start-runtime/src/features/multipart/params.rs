//! Parameters of a header, as in `form-data; name="a"; filename="b.txt"`.
//!
//! Quoted values are read as all that send forms write them. Browsers escape nothing by a backslash (HTML, section
//! 4.10.22.7): `"a\b.txt"` is a name with a backslash. Older libraries write `\"` and `\\` (RFC 9110, section 5.6.4).

use std::borrow::Cow;

/// How many parameters a header may have.
const MOST: usize = 32;

/// How many escapes and backslashes a value may have. Each takes as long as many plain bytes.
pub const MOST_ESCAPES: usize = 64;

/// A header's value does not follow the grammar.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// Names and values, none of them decoded.
pub struct Params<'a>(Vec<(&'a [u8], Cow<'a, [u8]>)>);

/// Returns what stands before the first semicolon, and what is left.
pub fn first(value: &[u8]) -> (&[u8], &[u8]) {
    let (first, rest) = value.split_at(memchr::memchr(b';', value).unwrap_or(value.len()));
    (first.trim_ascii(), rest)
}

impl<'a> Params<'a> {
    /// Reads what [`first`] left.
    pub fn read(rest: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(rest);
        let mut params = Vec::new();
        while reader.skip_to_param() {
            if params.len() == MOST {
                return Err(Malformed);
            }
            params.push(reader.param()?);
        }
        Ok(Self(params))
    }

    /// Returns the value of the only parameter with this name, in any case (RFC 6266, section 4.1: no two of one name).
    pub fn only(&self, name: &str) -> Result<Option<&[u8]>, Malformed> {
        let mut found = self.0.iter().filter(|(its, _)| its.eq_ignore_ascii_case(name.as_bytes()));
        match (found.next(), found.next()) {
            (first, None) => Ok(first.map(|(_, value)| &**value)),
            (_, Some(_)) => Err(Malformed),
        }
    }
}

/// What is left of a value.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn skip_to_param(&mut self) -> bool {
        while let [b';' | b' ' | b'\t', rest @ ..] = self.0 {
            self.0 = rest;
        }
        !self.0.is_empty()
    }

    fn param(&mut self) -> Result<(&'a [u8], Cow<'a, [u8]>), Malformed> {
        let end = self.0.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        let value = match rest {
            [b'=', rest @ ..] => match rest.trim_ascii_start() {
                [b'"', rest @ ..] => self.quoted(rest)?,
                rest => self.plain(rest),
            },
            rest => self.plain(rest),
        };
        Ok((name.trim_ascii(), value))
    }

    fn plain(&mut self, rest: &'a [u8]) -> Cow<'a, [u8]> {
        let (value, rest) = first(rest);
        self.0 = rest;
        value.into()
    }

    fn quoted(&mut self, rest: &'a [u8]) -> Result<Cow<'a, [u8]>, Malformed> {
        let at = memchr::memchr2(b'"', b'\\', rest).ok_or(Malformed)?;
        let (value, end) = if rest[at] == b'"' { (rest[..at].into(), at) } else { unescaped(rest)? };
        self.0 = rest[end + 1..].trim_ascii_start();
        if matches!(self.0, [] | [b';', ..]) { Ok(value) } else { Err(Malformed) }
    }
}

/// Returns a quoted value and where its closing quote is.
fn unescaped(rest: &[u8]) -> Result<(Cow<'_, [u8]>, usize), Malformed> {
    let mut value = Vec::new();
    // Where the text begins that is not in `value` yet, and where to look on.
    let (mut from, mut at) = (0, 0);
    for _ in 0..MOST_ESCAPES {
        at += memchr::memchr2(b'"', b'\\', &rest[at..]).ok_or(Malformed)?;
        let is_escape = match &rest[at..] {
            [b'\\', b'\\', ..] => true,
            // A name may end with a backslash: then no other quote follows.
            [b'\\', b'"', more @ ..] => memchr::memchr(b'"', more).is_some(),
            _ => false,
        };
        if is_escape {
            value.extend_from_slice(&rest[from..at]);
            (from, at) = (at + 1, at + 2);
        } else if rest[at] == b'\\' {
            at += 1;
        } else {
            value.extend_from_slice(&rest[from..at]);
            return Ok((value.into(), at));
        }
    }
    Err(Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_browsers_and_libraries_write_them() {
        let cases: [(&str, Option<&str>); 29] = [
            (r#"x; name="a""#, Some("a")),
            (r#"x;name="a""#, Some("a")),
            (r#"x ; NAME = "a" ; other=b"#, Some("a")),
            ("x; name=a", Some("a")),
            ("x; name= a b ;", Some("a b")),
            ("x; name=", Some("")),
            (r#"x; name="""#, Some("")),
            (r#"x; other="; name=b"; name=a"#, Some("a")),
            (r#"x; filename="name=b"; name=a"#, Some("a")),
            (r#"x; surname=b; name=a"#, Some("a")),
            (r#"x; name="a\b.txt""#, Some(r"a\b.txt")),
            (r#"x; name="\b""#, Some(r"\b")),
            (r#"x; name="C:\\dir\\a""#, Some(r"C:\dir\a")),
            (r#"x; name="a \"b\" c""#, Some(r#"a "b" c"#)),
            (r#"x; name="\"a\"""#, Some(r#""a""#)),
            (r#"x; name="a\""#, Some(r"a\")),
            (r#"x; name="a\\""#, Some(r"a\")),
            (r#"x; name="\""#, Some(r"\")),
            (r#"x; name="a"; flag"#, Some("a")),
            (r#"x; flag; name="a""#, Some("a")),
            (r#"x;;; name="a";;"#, Some("a")),
            (r#"x; name="größe""#, Some("größe")),
            (r#"x; name="a%22b""#, Some("a%22b")),
            (r#"x; name="a"b"#, None),
            (r#"x; name="a" b; c=d"#, None),
            (r#"x; name="a"#, None),
            (r#"x; name=""#, None),
            (r#"x; name=a; name=b"#, None),
            (r#"x; name="a"; Name="a""#, None),
        ];
        for (value, expected) in cases {
            let (first, rest) = first(value.as_bytes());
            assert_eq!(first, b"x", "{value}");
            let params = Params::read(rest);
            let found = params.as_ref().map_err(|_| Malformed).and_then(|params| params.only("name"));
            assert_eq!(found, expected.map(|text| Some(text.as_bytes())).ok_or(Malformed), "{value}");
        }
    }
}
