//! Content-Disposition (RFC 6266): whether a client saves or shows a body, and under which name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the characters that an extended value may contain unescaped (RFC 8187, section 3.2.1).
const NOT_IN_A_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Returns the value of the header. `kind` is `attachment` or `inline`. Every client reads `filename`. If that cannot
/// express the name, `filename*` is added, which clients that know it prefer.
pub fn content_disposition(kind: &str, file_name: &str) -> String {
    let name = clean(file_name);
    let plain: String = name.chars().map(|char| if is_plain(char) { char } else { '_' }).collect();
    let extended = if plain == name {
        String::new()
    } else {
        format!("; filename*=UTF-8''{}", utf8_percent_encode(&name, NOT_IN_A_VALUE))
    };
    format!("{kind}; filename=\"{plain}\"{extended}")
}

/// Whether `filename` may contain this character. Quotes are excluded because clients disagree on where a quoted name
/// ends, and percent signs because some clients decode them.
fn is_plain(char: char) -> bool {
    (char.is_ascii_graphic() || char == ' ') && !matches!(char, '"' | '\\' | '%')
}

/// Removes folders and invisible characters from a name. Returns `download` if no name is left.
fn clean(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|char| !is_invisible(*char)).collect();
    let name = visible.trim();
    if name.trim_matches('.').is_empty() { "download".to_owned() } else { name.to_owned() }
}

/// Control characters, and those that change the direction of text: `fdp.exe` must not look like `exe.pdf`.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_so_that_every_client_understands_it() {
        let cases = [
            ("list.pdf", "attachment; filename=\"list.pdf\""),
            ("a list; of=things.pdf", "attachment; filename=\"a list; of=things.pdf\""),
            ("größe.pdf", "attachment; filename=\"gr__e.pdf\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.pdf"),
            ("€ rates.txt", "attachment; filename=\"_ rates.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt"),
            ("a\"b\\c.txt", "attachment; filename=\"c.txt\""),
            ("say \"hi\".txt", "attachment; filename=\"say _hi_.txt\"; filename*=UTF-8''say%20%22hi%22.txt"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("it's (1)*.txt", "attachment; filename=\"it's (1)*.txt\""),
            ("../../etc/passwd", "attachment; filename=\"passwd\""),
            ("C:\\Users\\x\\list.pdf", "attachment; filename=\"list.pdf\""),
            ("a\r\nSet-Cookie: x=1.pdf", "attachment; filename=\"aSet-Cookie: x=1.pdf\""),
            ("\u{202e}fdp.exe", "attachment; filename=\"fdp.exe\""),
            ("", "attachment; filename=\"download\""),
            ("..", "attachment; filename=\"download\""),
            (" / ", "attachment; filename=\"download\""),
            (".profile", "attachment; filename=\".profile\""),
        ];
        for (name, expected) in cases {
            assert_eq!(content_disposition("attachment", name), expected, "{name:?}");
        }
    }
}
