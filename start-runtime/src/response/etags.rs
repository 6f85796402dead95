//! Lists of entity tags, as conditions have them (RFC 9110, sections 8.8.3 and 13.1).

use actix_web::http::header::{EntityTag, HeaderMap, HeaderName};

/// The value of If-Match or If-None-Match.
#[derive(Debug, PartialEq, Eq)]
pub enum EntityTags<'h> {
    /// `*`: any state that there is.
    Any,
    /// Tags as they were sent, with their quotes.
    These(Vec<&'h [u8]>),
}

/// The tags in all lines of a field; `None` if the field is not there. What is no tag matches nothing, and does not hide
/// the others. A tag may have commas in it.
pub fn read<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<EntityTags<'h>> {
    if !headers.contains_key(name) {
        return None;
    }
    let mut tags = Vec::new();
    for line in headers.get_all(name) {
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            let element;
            (element, rest) = next(rest);
            match element {
                b"*" => return Some(EntityTags::Any),
                tag if opaque(tag).is_some() => tags.push(tag),
                _ => {}
            }
        }
    }
    Some(EntityTags::These(tags))
}

/// The tag that a field holds alone, as If-Range does.
pub fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let tag = headers.get(name)?.as_bytes().trim_ascii();
    opaque(tag).map(|_| tag)
}

/// Whether both are strong, and the same.
pub fn strong_eq(etag: &EntityTag, tag: &[u8]) -> bool {
    !etag.weak && !tag.starts_with(b"W/") && opaque(tag) == Some(etag.tag().as_bytes())
}

/// Whether both are the same but for their strength.
pub fn weak_eq(etag: &EntityTag, tag: &[u8]) -> bool {
    opaque(tag) == Some(etag.tag().as_bytes())
}

/// The first element of a list, and what stands behind its comma.
fn next(list: &[u8]) -> (&[u8], &[u8]) {
    let start = list.iter().position(|byte| !b" \t,".contains(byte)).unwrap_or(list.len());
    let list = &list[start..];
    let quoted = list.strip_prefix(b"W/").unwrap_or(list).strip_prefix(b"\"");
    // A quote that nothing closes ends at the next comma.
    let closed = quoted.and_then(|tag| Some(list.len() - tag.len() + tag.iter().position(|byte| *byte == b'"')? + 1));
    let from = closed.unwrap_or(0);
    let end = list[from..].iter().position(|byte| *byte == b',').map_or(list.len(), |comma| from + comma);
    (list[..end].trim_ascii(), &list[end..])
}

/// What stands between the quotes of a tag; `None` for what is no tag.
fn opaque(tag: &[u8]) -> Option<&[u8]> {
    let opaque = tag.strip_prefix(b"W/").unwrap_or(tag).strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let is_allowed = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
    opaque.iter().all(is_allowed).then_some(opaque)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderValue, IF_MATCH};

    use super::*;

    fn read_lines(lines: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_bytes(line).unwrap());
        }
        read(&headers, &IF_MATCH).map(|tags| match tags {
            EntityTags::Any => "*".to_owned(),
            EntityTags::These(tags) => {
                tags.iter().map(|tag| String::from_utf8_lossy(tag)).collect::<Vec<_>>().join(" ")
            }
        })
    }

    #[test]
    fn lists_are_read_tag_by_tag() {
        let cases: &[(&[&[u8]], Option<&str>)] = &[
            (&[], None),
            (&[b""], Some("")),
            (&[b"*"], Some("*")),
            (&[b" * "], Some("*")),
            (&[b"\"a\"", b"*"], Some("*")),
            (&[b"\"*\""], Some("\"*\"")),
            (&[b"\"a\""], Some("\"a\"")),
            (&[b"\"\""], Some("\"\"")),
            (&[b"W/\"a\""], Some("W/\"a\"")),
            (&[b"\"a\", W/\"b\" ,\t\"c\""], Some("\"a\" W/\"b\" \"c\"")),
            (&[b"\"a\"", b"\"b\",\"c\""], Some("\"a\" \"b\" \"c\"")),
            (&[b",, \"a\",,"], Some("\"a\"")),
            (&[b"\"a,b\", \"c\""], Some("\"a,b\" \"c\"")),
            (&[b"\"a\\\", \"c\""], Some("\"a\\\" \"c\"")),
            (&[b"\"\xe9\", \"c\""], Some("\"\u{fffd}\" \"c\"")),
            (&[b"a, \"c\""], Some("\"c\"")),
            (&[b"w/\"a\", \"c\""], Some("\"c\"")),
            (&[b"\"a b\", \"c\""], Some("\"c\"")),
            (&[b"\"a\"b, \"c\""], Some("\"c\"")),
            (&[b"W/a, W/ \"b\", \"c\""], Some("\"c\"")),
            (&[b"\"a, c"], Some("")),
            (&[b"\""], Some("")),
        ];
        for (lines, expected) in cases {
            assert_eq!(read_lines(lines).as_deref(), *expected, "{lines:?}");
        }
    }
}
