//! Doc comments as rustdoc reads them: without the indentation that all lines share, and without the lines of code
//! examples that are there for the test alone.

use std::borrow::Cow;

/// A piece of documentation, as it was written.
#[derive(Clone, Copy, Debug)]
pub enum DocPart {
    /// A doc comment, without its slashes and stars.
    Comment(&'static str),
    /// The value of `#[doc = …]`.
    Text(&'static str),
}

impl DocPart {
    fn text(self) -> &'static str {
        match self {
            Self::Comment(text) | Self::Text(text) => text,
        }
    }
}

/// The documentation as one Markdown text. Hidden lines are still there: the whole document is rid of them at once.
pub fn doc_text(parts: &[DocPart]) -> String {
    let has = |comment: bool| parts.iter().any(|part| matches!(part, DocPart::Comment(_)) == comment);
    // Beside comments, whose lines begin with a space, a text is taken to have one more than it has.
    let mixed = usize::from(has(true) && has(false));
    let more = |part: &DocPart| if matches!(part, DocPart::Text(_)) { mixed } else { 0 };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = |part: &DocPart| part.text().lines().filter(|line| !line.trim().is_empty());
    let shared = parts.iter().filter_map(|part| Some(lines(part).map(indent).min()? + more(part))).min().unwrap_or(0);
    let mut text = String::new();
    for part in parts {
        let cut = shared.saturating_sub(more(part));
        for line in part.text().split('\n') {
            text.push_str(line.get(cut.min(indent(line))..).unwrap_or_default().trim_end_matches('\r'));
            text.push('\n');
        }
    }
    text.trim().to_owned()
}

/// The text without the hidden lines of its examples: in a block of Rust, `# use …` is compiled and not shown, and `##`
/// stands for `#`.
fn visible(text: &str) -> String {
    let mut shown: Vec<Cow<'_, str>> = Vec::new();
    let mut block: Option<Block<'_>> = None;
    for line in text.lines() {
        match &block {
            None => {
                block = Block::begins(line);
                shown.push(line.into());
            }
            Some(open) if open.ends(line) => {
                block = None;
                shown.push(line.into());
            }
            Some(open) if open.is_rust => match line.trim_start() {
                "#" => {}
                hidden if hidden.starts_with("# ") => {}
                escaped if escaped.starts_with("##") => shown.push(line.replacen("##", "#", 1).into()),
                _ => shown.push(line.into()),
            },
            Some(_) => shown.push(line.into()),
        }
    }
    shown.join("\n")
}

/// A fenced code block (CommonMark 0.31, section 4.5).
struct Block<'a> {
    fence: &'a str,
    is_rust: bool,
}

impl<'a> Block<'a> {
    fn begins(line: &'a str) -> Option<Self> {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|mark| "`~".contains(*mark))?;
        let info = text.trim_start_matches(mark);
        let fence = &text[..text.len() - info.len()];
        let is_fence = fence.len() >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then(|| Self { fence, is_rust: is_rust(info) })
    }

    fn ends(&self, line: &str) -> bool {
        let text = line.trim();
        let mark = self.fence.chars().next().unwrap_or('`');
        text.len() >= self.fence.len() && text.chars().all(|char| char == mark)
    }
}

/// Whether rustdoc takes a block with these words behind its fence for Rust.
fn is_rust(info: &str) -> bool {
    const WORDS: [&str; 8] =
        ["rust", "ignore", "no_run", "should_panic", "compile_fail", "test_harness", "standalone_crate", "standalone"];
    let mut words = info.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    words.all(|word| {
        WORDS.contains(&word) || word.starts_with("edition") || word.starts_with("ignore-") || is_error_code(word)
    })
}

/// `E0308` of `compile_fail,E0308`.
fn is_error_code(word: &str) -> bool {
    word.strip_prefix('E').is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A description as people read it. In that of a type, schemars leaves the stars of `/** … */` in front of each line.
pub fn description(text: &str) -> String {
    let mut lines = text.lines();
    let is_block = lines.next().is_some_and(|first| first.starts_with("* ") || first == "*")
        && lines.clone().next().is_some()
        && lines.all(|line| line.starts_with([' ', '\t']) && line.trim_start().starts_with('*'));
    if !is_block {
        return visible(text);
    }
    let bare = |line: &'_ str| {
        let line = line.trim_start().trim_start_matches('*');
        line.strip_prefix(' ').unwrap_or(line).to_owned()
    };
    visible(text.lines().map(bare).collect::<Vec<_>>().join("\n").trim())
}

#[cfg(test)]
mod tests {
    use super::DocPart::{Comment, Text};
    use super::{description, doc_text, visible};

    #[test]
    fn lines_lose_the_indentation_that_they_share() {
        let cases: [(&[super::DocPart], &str); 8] = [
            (&[Comment(" One."), Comment(""), Comment(" Two.")], "One.\n\nTwo."),
            (&[Comment("One."), Comment("  Two.")], "One.\n  Two."),
            (&[Comment("   One."), Comment("     code")], "One.\n  code"),
            (&[Text("One.\n\n    code")], "One.\n\n    code"),
            (&[Text("  One.\n  Two.")], "One.\nTwo."),
            (&[Comment(" One."), Text("Two."), Comment(" Three.")], "One.\nTwo.\nThree."),
            (&[Comment("\n One.\n\n   Two.\n")], "One.\n\n  Two."),
            (&[], ""),
        ];
        for (parts, expected) in cases {
            assert_eq!(doc_text(parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn lines_that_are_there_for_the_test_are_hidden() {
        let cases = [
            (
                "a\n```\n# use x;\n#\nlet a = 1;\n  ## b\n#[c]\n  # d\n```\n# A heading",
                "a\n```\nlet a = 1;\n  # b\n#[c]\n```\n# A heading",
            ),
            ("```rust,no_run\n# x\ny\n```", "```rust,no_run\ny\n```"),
            ("~~~~compile_fail,E0308\n# x\n~~~\ny\n~~~~", "~~~~compile_fail,E0308\n~~~\ny\n~~~~"),
            ("```sh\n# x\n```", "```sh\n# x\n```"),
            ("```text\n# x\n```\n```\n# y\n```", "```text\n# x\n```\n```\n```"),
            ("`` ``` ``\n# x", "`` ``` ``\n# x"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected, "{text}");
        }
    }

    #[test]
    fn a_description_has_no_stars_of_a_comment() {
        let cases = [
            ("* One.\n * Two.\n *\n *   code", "One.\nTwo.\n\n  code"),
            ("* one\n* two", "* one\n* two"),
            ("* one", "* one"),
            ("One:\n * two", "One:\n * two"),
        ];
        for (text, expected) in cases {
            assert_eq!(description(text), expected, "{text}");
        }
    }
}
