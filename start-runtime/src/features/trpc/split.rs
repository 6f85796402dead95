//! JSON that is cut into pieces and not read: the inputs of a batch, which are the members of one object, and the messages of
//! a list.

use actix_web::web::Bytes;
use serde::de::IgnoredAny;

/// Hands on the members of an object, each with the text of its value. The error is that of the parser, or that it is no
/// object.
pub fn members(text: &Bytes, mut each: impl FnMut(String, Bytes)) -> Result<(), NoObject> {
    serde_json::from_slice::<IgnoredAny>(text).map_err(NoObject::Json)?;
    let bytes = text.as_ref();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return Err(NoObject::Other);
    }
    loop {
        at = skip_space(bytes, at + 1);
        if bytes.get(at) != Some(&b'"') {
            return Ok(());
        }
        let end = string_end(bytes, at);
        let key = serde_json::from_slice(&bytes[at..end]).map_err(NoObject::Json)?;
        let colon = skip_space(bytes, end);
        let begin = skip_space(bytes, colon + 1);
        let end = value_end(bytes, begin);
        each(key, text.slice(begin..end));
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            return Ok(());
        }
    }
}

/// The items of a list, or the one value that a text is.
pub fn items(text: &Bytes) -> Result<Items<'_>, serde_json::Error> {
    serde_json::from_slice::<IgnoredAny>(text)?;
    let at = skip_space(text, 0);
    let is_list = text.get(at) == Some(&b'[');
    Ok(Items { text, next: Some(if is_list { at + 1 } else { at }) })
}

/// Values of JSON, one after the other.
pub struct Items<'a> {
    text: &'a Bytes,
    /// Where the next one begins.
    next: Option<usize>,
}

impl Iterator for Items<'_> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let begin = skip_space(self.text, self.next.take()?);
        let end = value_end(self.text, begin);
        if begin == end {
            return None;
        }
        let comma = skip_space(self.text, end);
        self.next = (self.text.get(comma) == Some(&b',')).then_some(comma + 1);
        Some(self.text.slice(begin..end))
    }
}

/// Why a text has no inputs of a batch.
#[derive(Debug)]
pub enum NoObject {
    Json(serde_json::Error),
    Other,
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Behind the string that begins here.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Behind the value that begins here.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return if depth == 0 { at } else { at + 1 },
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_the_text_that_stands_there() {
        let cases: [(&str, &[(&str, &str)]); 10] = [
            ("{}", &[]),
            (" { } ", &[]),
            (r#"{"0":1}"#, &[("0", "1")]),
            (r#"{"0":"a","1":null , "2" : true}"#, &[("0", r#""a""#), ("1", "null"), ("2", "true")]),
            (r#"{"0":{"a":[1,{"b":"}"}]},"1":[]}"#, &[("0", r#"{"a":[1,{"b":"}"}]}"#), ("1", "[]")]),
            (r#"{"0":"\\","1":"\",\"}"}"#, &[("0", r#""\\""#), ("1", r#""\",\"}""#)]),
            (r#"{"\u0030":-1.5e3}"#, &[("0", "-1.5e3")]),
            ("{\n\t\"10\" :\r\n[ 1 , 2 ]\n}", &[("10", "[ 1 , 2 ]")]),
            (r#"{"0":1,"0":2}"#, &[("0", "1"), ("0", "2")]),
            (r#"{"ö":"é😀"}"#, &[("ö", r#""é😀""#)]),
        ];
        for (text, expected) in cases {
            let mut all = Vec::new();
            members(&Bytes::copy_from_slice(text.as_bytes()), |key, value| all.push((key, value))).expect(text);
            let members: Vec<(&str, &str)> =
                all.iter().map(|(key, value)| (key.as_str(), std::str::from_utf8(value).expect(text))).collect();
            assert_eq!(members, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["[]", "null", "1", r#""{}""#, "true"] {
            assert!(matches!(members(&Bytes::from_static(text.as_bytes()), |_, _| {}), Err(NoObject::Other)), "{text}");
        }
        for text in ["", "{", r#"{"0":}"#, r#"{"0":1,}"#, "{0:1}", "{} {}", "\u{feff}{}"] {
            assert!(
                matches!(members(&Bytes::copy_from_slice(text.as_bytes()), |_, _| {}), Err(NoObject::Json(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_list_has_its_items_and_any_other_value_is_one() {
        let cases: [(&str, &[&str]); 8] = [
            ("[]", &[]),
            (" [ ] ", &[]),
            ("[1]", &["1"]),
            (r#"[ {"a":[1,2]} , "],[" ,[[]], null]"#, &[r#"{"a":[1,2]}"#, r#""],[""#, "[[]]", "null"]),
            (r#"{"a":[1]}"#, &[r#"{"a":[1]}"#]),
            (" 7 ", &["7"]),
            ("true", &["true"]),
            (r#""[1,2]""#, &[r#""[1,2]""#]),
        ];
        for (text, expected) in cases {
            let bytes = Bytes::from_static(text.as_bytes());
            assert_eq!(items(&bytes).expect(text).collect::<Vec<_>>(), expected, "{text}");
        }
        for text in ["", "[", "[1,]", "[1] 2", "[1 2]"] {
            assert!(items(&Bytes::from_static(text.as_bytes())).is_err(), "{text}");
        }
    }
}
