//! Texts of a client are cut before they are repeated in an answer or in the log.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

/// How many characters of a value or a name are repeated.
pub const VALUE: usize = 100;
/// How many characters of a sentence about a value are sent: serde repeats the value in its own.
pub const SENTENCE: usize = 240;

/// Returns at most `most` characters of a text, with `…` for the rest.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Formats a value, but never more than `most` characters of it: the rest is not even produced.
pub fn cut_display(value: impl Display, most: usize) -> String {
    let mut text = Limited { text: String::new(), left: most };
    match write!(text, "{value}") {
        Err(_) if text.left == 0 => text.text + "…",
        _ => text.text,
    }
}

/// A text that refuses more than a number of characters.
struct Limited {
    text: String,
    left: usize,
}

impl fmt::Write for Limited {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match piece.char_indices().nth(self.left) {
            Some((end, _)) => {
                self.text.push_str(&piece[..end]);
                self.left = 0;
                Err(fmt::Error)
            }
            None => {
                self.text.push_str(piece);
                self.left -= piece.chars().count();
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, cut_display};

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        for (text, cut_text) in [("", ""), ("größe", "größe"), ("größer", "größe…")] {
            assert_eq!(cut(text, 5), cut_text);
            assert_eq!(cut_display(text, 5), cut_text);
        }
        assert_eq!(cut_display(format_args!("{}{}", "gr", "ößer"), 5), "größe…");
    }
}
