//! Counts the tokens of a document, and how deeply its brackets are nested, before it is parsed: a parser pays for each
//! token, and goes as deep as the brackets do. And the values of a JSON text: one of two bytes becomes one of 70.
//!
//! Names nothing else, so that `tests/fuzz` can hold it against the parsers.

/// What a document's text has.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    pub tokens: usize,
    pub nesting: usize,
}

/// How many values a JSON text has (RFC 8259, section 3), empty lists and objects counted with what could be in them.
pub fn values(text: &[u8]) -> usize {
    let (mut count, mut at) = (1, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while let Some(byte) = text.get(at).filter(|byte| **byte != b'"') {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
            }
            b',' | b'[' | b'{' => count += 1,
            _ => {}
        }
        at += 1;
    }
    count
}

/// Scans a document (GraphQL, section 2.1) until it is over a limit.
pub fn scan(text: &str, most_tokens: usize, most_nesting: usize) -> Scanned {
    let bytes = text.as_bytes();
    let mut scanned = Scanned::default();
    let (mut at, mut open) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
            // It is between tokens, too (section 2.1.1).
            0xef if bytes[at..].starts_with(BYTE_ORDER_MARK) => at += BYTE_ORDER_MARK.len(),
            b'#' => at += length_while(&bytes[at..], |byte| byte != b'\n' && byte != b'\r'),
            _ => {
                scanned.tokens += 1;
                match byte {
                    b'{' | b'[' | b'(' => {
                        open += 1;
                        scanned.nesting = scanned.nesting.max(open);
                        at += 1;
                    }
                    b'}' | b']' | b')' => {
                        open = open.saturating_sub(1);
                        at += 1;
                    }
                    b'"' => match string(&bytes[at..]) {
                        Some(length) => at += length,
                        // A parser may take it for two texts, and the rest for anything.
                        None => {
                            let rest = &bytes[at + 1..];
                            let open_brackets = rest.iter().filter(|byte| b"{[(".contains(byte)).count();
                            scanned.nesting =
                                scanned.nesting.max(open + open_brackets).min(most_nesting.saturating_add(1));
                            let more = scanned.tokens.saturating_add(rest.len());
                            scanned.tokens = more.min(most_tokens.saturating_add(1));
                            break;
                        }
                    },
                    _ if is_name(*byte) => {
                        let run = &bytes[at..at + length_while(&bytes[at..], is_name)];
                        let more = scanned.tokens.saturating_add(tokens_of(run) - 1);
                        scanned.tokens = more.min(most_tokens.saturating_add(1));
                        at += run.len();
                    }
                    _ => at += 1,
                }
                if scanned.tokens > most_tokens || scanned.nesting > most_nesting {
                    break;
                }
            }
        }
    }
    scanned
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Whether a byte is part of a name or a number. Characters of other scripts stand in no document outside of texts: each of
/// their bytes counts.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many tokens a parser may find in letters and digits without anything between them, one at least. The grammar has one,
/// or none; the library takes `truefalse` for two values, and `00` as well.
fn tokens_of(run: &[u8]) -> usize {
    let (mut count, mut rest) = (0, run);
    while let Some(first) = rest.first() {
        count += 1;
        let word = KEYWORDS.iter().find(|word| rest.starts_with(word)).map(|word| word.len());
        let length = word.unwrap_or_else(|| match first {
            b'0' => 1,
            b'1'..=b'9' => length_while(rest, |byte| byte.is_ascii_digit()),
            _ => rest.len(),
        });
        rest = &rest[length..];
    }
    count.max(1)
}

/// The values that are words.
const KEYWORDS: [&[u8]; 3] = [b"true", b"false", b"null"];

fn length_while(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_part(**byte)).count()
}

/// The length of a text with its quotes: a block, or one line. `None` for a block without an end.
fn string(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"\"\"\"") {
        let mut at = 3;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"\\\"\"\"") {
                at += 4;
            } else if bytes[at..].starts_with(b"\"\"\"") {
                return Some(at + 3);
            } else {
                at += 1;
            }
        }
        return None;
    }
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return Some(at),
            _ => at += 1,
        }
    }
    Some(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_nesting_are_those_of_the_grammar() {
        let cases = [
            ("", 0, 0),
            ("{a}", 3, 1),
            ("{ a, b, c }", 5, 1),
            ("{ a # } } }\n b }", 4, 1),
            ("{ a(b: [1, {c: 2}]) }", 15, 4),
            ("{a(b:[truetruefalsenull0012])}", 16, 3),
            ("{a(b:[true0nullx])}", 13, 3),
            ("{ untrue version0 a00 x }", 6, 1),
            (r#"{ a(b: "}}}\"}}") }"#, 8, 2),
            (r#"{ a(b: """ } " \""" } """) }"#, 8, 2),
            (r#"{ a(b: "never"#, 6, 2),
            (r#"{ a(b: """never"#, 13, 2),
            ("{ a(b: \"line\n) }", 8, 2),
            ("...A @b", 6, 0),
            ("}}}}{", 5, 1),
            ("größe", 6, 0),
            ("\u{feff}{ a\u{feff}b }", 4, 1),
            ("\\", 1, 0),
            ("\"\\", 1, 0),
        ];
        for (text, tokens, nesting) in cases {
            assert_eq!(scan(text, usize::MAX, usize::MAX), Scanned { tokens, nesting }, "{text}");
        }
    }

    #[test]
    fn the_values_of_json_are_counted_outside_of_its_texts() {
        let cases = [
            ("1", 1),
            ("[1,2,3]", 4),
            (r#"{"a":1,"b":[2,{"c":"x"}]}"#, 6),
            (r#"["[,{\"[,,,","\\",1]"#, 4),
            (r#"["never,,,"#, 2),
            (r#"["\"#, 2),
        ];
        for (text, count) in cases {
            assert_eq!(values(text.as_bytes()), count, "{text}");
        }
    }

    #[test]
    fn it_stops_at_a_limit() {
        assert_eq!(scan(&"a ".repeat(1_000_000), 10, 10).tokens, 11);
        assert_eq!(scan(&"{".repeat(1_000_000), 100, 10).nesting, 11);
    }
}
