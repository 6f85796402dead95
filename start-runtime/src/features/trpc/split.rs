//! The inputs of a batch: the members of one JSON object, cut out of its text.

use actix_web::web::Bytes;
use serde::de::IgnoredAny;

/// The members of an object, with the text of each value. The error is that of the parser, or that it is no object.
pub fn members(text: &Bytes) -> Result<Vec<(String, Bytes)>, NoObject> {
    serde_json::from_slice::<IgnoredAny>(text).map_err(NoObject::Json)?;
    let bytes = text.as_ref();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return Err(NoObject::Other);
    }
    let mut members = Vec::new();
    loop {
        at = skip_space(bytes, at + 1);
        if bytes.get(at) != Some(&b'"') {
            return Ok(members);
        }
        let end = string_end(bytes, at);
        let key = serde_json::from_slice(&bytes[at..end]).map_err(NoObject::Json)?;
        let colon = skip_space(bytes, end);
        let begin = skip_space(bytes, colon + 1);
        let end = value_end(bytes, begin);
        members.push((key, text.slice(begin..end)));
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            return Ok(members);
        }
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
            let members = members(&Bytes::copy_from_slice(text.as_bytes())).expect(text);
            let members: Vec<(&str, &str)> =
                members.iter().map(|(key, value)| (key.as_str(), std::str::from_utf8(value).expect(text))).collect();
            assert_eq!(members, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["[]", "null", "1", r#""{}""#, "true"] {
            assert!(matches!(members(&Bytes::from_static(text.as_bytes())), Err(NoObject::Other)), "{text}");
        }
        for text in ["", "{", r#"{"0":}"#, r#"{"0":1,}"#, "{0:1}", "{} {}", "\u{feff}{}"] {
            assert!(matches!(members(&Bytes::copy_from_slice(text.as_bytes())), Err(NoObject::Json(_))), "{text}");
        }
    }
}
