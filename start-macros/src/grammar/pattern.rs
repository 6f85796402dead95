//! The grammar of route patterns: text in, segments out.
//!
//! No other file in the project reads patterns. This one accepts both spellings, SolidStart's
//! (`[id]`, `[[lang]]`, `[...rest]`, `(group)`) and TanStack's (`$id`, `{-$lang}`, `$`,
//! `pre{$id}suf`), and reports every mistake of a pattern, each with its place in the text.

use std::ops::Range;

use super::foreign;

/// One segment of a pattern, groups left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Text that a request must contain as it is, percent-decoded.
    Literal(String),
    /// One parameter, or parameters with text around them.
    Dynamic(Vec<Part>),
    /// `[[name]]`: one segment or none.
    Optional(String),
    /// `[...name]`: one or more segments.
    Rest(String),
    /// `[[...name]]` or `$`: zero or more segments.
    OptionalRest(String),
    /// `[...name].md`: one or more segments, the last of which has something behind the text that belongs to the
    /// first part. That one is the catch-all.
    MixedRest(Vec<Part>),
}

/// A piece of a dynamic segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Literal(String),
    Param(String),
}

/// A mistake in a pattern: its place (in bytes of the text), and a message that says what is wrong
/// and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub struct PatternError {
    pub range: Range<usize>,
    pub message: String,
}

/// TanStack's name for the value of a bare `$`.
const SPLAT: &str = "_splat";

/// Characters that no name of a group has: what has them was meant as a param, or as a regular expression.
const NOT_IN_GROUPS: [char; 12] = ['[', ']', '{', '}', '$', '\\', '^', '*', '+', '?', '|', ':'];

const SECOND_CATCH_ALL: &str = "a pattern has one catch-all, and this is a second one: nothing says where the first ends. Write a param for one segment, such as `[id]`";

/// Reads a pattern such as `/api/[house]/students/year-[year]`.
pub fn parse(text: &str) -> Result<Vec<Segment>, Vec<PatternError>> {
    let mut reader = Reader { text, found: Vec::new(), errors: Vec::new() };
    reader.read();
    reader.check_catch_alls();
    reader.check_names();
    if reader.errors.is_empty() {
        Ok(reader.found.into_iter().map(|(_, segment)| segment).collect())
    } else {
        Err(reader.errors)
    }
}

impl Segment {
    /// The names of the segment's parameters, in order.
    pub fn params(&self) -> Vec<&str> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Dynamic(parts) | Self::MixedRest(parts) => parts.iter().filter_map(Part::param).collect(),
            Self::Optional(name) | Self::Rest(name) | Self::OptionalRest(name) => vec![name],
        }
    }

    /// The name of its catch-all, if it is one.
    pub fn catch_all(&self) -> Option<&str> {
        match self {
            Self::Rest(name) | Self::OptionalRest(name) => Some(name),
            Self::MixedRest(parts) => parts.first().and_then(Part::param),
            Self::Literal(_) | Self::Dynamic(_) | Self::Optional(_) => None,
        }
    }
}

impl Part {
    fn param(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Param(name) => Some(name),
        }
    }
}

impl PatternError {
    /// The message with the pattern below it and carets below the mistake: stable Rust can only
    /// underline a whole literal.
    pub fn shown_in(&self, text: &str) -> String {
        if text.is_empty() {
            return self.message.clone();
        }
        let column = text[..self.range.start].chars().count();
        let width = text[self.range.clone()].chars().count().max(1);
        // A tab or a line break would move what comes after it.
        let text = text.replace(char::is_control, "\u{fffd}");
        format!("{}\n    {text}\n    {}{}", self.message, " ".repeat(column), "^".repeat(width))
    }
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<(Range<usize>, Segment)>,
    errors: Vec<PatternError>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let Some(rest) = self.text.strip_prefix('/') else {
            let cure = format!("a route pattern begins with `/`: write `/{}`", self.text);
            return self.error(0..self.text.chars().next().map_or(0, char::len_utf8), cure);
        };
        if rest.is_empty() {
            return;
        }
        let mut start = 1;
        for segment in segments(rest) {
            let range = start..start + segment.len();
            start = range.end + 1;
            if segment.is_empty() {
                let at = range.start - 1..range.start;
                if range.end == self.text.len() {
                    self.error(at, "a route pattern does not end with `/`: leave it out, requests may have one");
                } else {
                    self.error(at, "two slashes in a row: no request matches an empty segment");
                }
            } else if let Some(segment) = self.segment(segment, range.start) {
                self.found.push((range, segment));
            }
        }
    }

    fn error(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.errors.push(PatternError { range, message: message.into() });
    }

    /// Reads a whole segment; `None` for a group and after an error.
    fn segment(&mut self, segment: &str, start: usize) -> Option<Segment> {
        let whole = start..start + segment.len();
        if let Some((range, message)) = foreign::find(segment) {
            self.error(start + range.start..start + range.end, message);
            return None;
        }
        if segment == "$" || segment == "{$}" {
            return Some(Segment::OptionalRest(SPLAT.into()));
        }
        if let Some(inner) = enclosed(segment, "(", ")") {
            if inner.is_empty() || inner.contains(NOT_IN_GROUPS) {
                self.error(whole, "a group is a plain name in parentheses, such as `(admin)`; a param is `[id]`");
            }
            return None;
        }
        if let Some(name) = enclosed(segment, "[[...", "]]") {
            return self.name(name, start + 5).map(Segment::OptionalRest);
        }
        if let Some(name) = enclosed(segment, "[[", "]]") {
            return self.name(name, start + 2).map(Segment::Optional);
        }
        if let Some(name) = enclosed(segment, "[...", "]") {
            return self.name(name, start + 4).map(Segment::Rest);
        }
        if let Some(name) = enclosed(segment, "{-$", "}") {
            return self.name(name, start + 3).map(Segment::Optional);
        }
        if let Some(name) = segment.strip_prefix('$') {
            return self.dollar_name(name, start).map(|name| Segment::Dynamic(vec![Part::Param(name)]));
        }
        if let Some((length, name)) = self.catch_all(segment, start) {
            return self.parts(&segment[length..], start + length, vec![Part::Param(name?)]).map(Segment::MixedRest);
        }
        let parts = self.parts(segment, start, Vec::new())?;
        match parts.as_slice() {
            [Part::Literal(text)] if text == "." || text == ".." => {
                self.error(whole, "`.` and `..` never reach a route: requests with them get a 400");
                None
            }
            [Part::Literal(text)] => Some(Segment::Literal(text.clone())),
            _ => Some(Segment::Dynamic(parts)),
        }
    }

    /// Reads a catch-all at the start of a segment that goes on behind it: its length, and its name if it has a good one.
    fn catch_all(&mut self, segment: &str, start: usize) -> Option<(usize, Option<String>)> {
        let braces = "{$}";
        if segment.starts_with(braces) {
            return Some((braces.len(), Some(SPLAT.into())));
        }
        [("[[...", "]]"), ("[...", "]")].into_iter().find_map(|(open, close)| {
            let inner = segment.strip_prefix(open)?;
            let name = &inner[..inner.find(close)?];
            Some((open.len() + name.len() + close.len(), self.name(name, start + open.len())))
        })
    }

    /// `$name` as a whole segment: TanStack's spelling of `[name]`.
    fn dollar_name(&mut self, name: &str, start: usize) -> Option<String> {
        let length = identifier_length(name);
        if length > 0 && length < name.len() {
            let (ident, rest) = name.split_at(length);
            let cure = format!("a param with text after it is written in braces: `{{${ident}}}{rest}`");
            self.error(start..start + 1 + name.len(), cure);
            return None;
        }
        if name.starts_with(['.', '-']) {
            let cure = format!("a catch-all with something after it is written in braces: `{{$}}{name}`");
            self.error(start..start + 1 + name.len(), cure);
            return None;
        }
        self.name(name, start + 1)
    }

    fn name(&mut self, name: &str, start: usize) -> Option<String> {
        if !name.is_empty() && identifier_length(name) == name.len() && name != "_" {
            return Some(name.into());
        }
        let problem = if name.is_empty() {
            "a param needs a name, such as `[id]`".into()
        } else {
            format!("`{name}` is not a param name: use letters, digits and `_`, as in `[post_id]`")
        };
        // An empty name has no text of its own: point at the bracket before it.
        let range = if name.is_empty() { start - 1..start } else { start..start + name.len() };
        self.error(range, problem);
        None
    }

    /// Reads text and parameters behind the parts that were read already; `None` after an error.
    fn parts(&mut self, segment: &str, start: usize, mut parts: Vec<Part>) -> Option<Vec<Part>> {
        let errors_before = self.errors.len();
        let mut literal = Literal::default();
        let mut at = 0;
        while at < segment.len() {
            let rest = &segment[at..];
            if !rest.starts_with(['[', '{']) {
                at += self.literal_char(rest, start + at, &mut literal);
                continue;
            }
            self.flush(&mut literal, &mut parts);
            let Some((length, name)) = self.bracket(rest, start + at) else {
                let close = if rest.starts_with("[[") {
                    "]]"
                } else if rest.starts_with('[') {
                    "]"
                } else {
                    "}"
                };
                let end = if close == "}" { closing_brace(rest) } else { rest.find(close) };
                at += end.map_or(rest.len(), |end| end + close.len());
                continue;
            };
            if matches!(parts.last(), Some(Part::Param(_))) {
                let range = start + at..start + at + length;
                self.error(range, "two params without text between them: nothing says where one ends");
            }
            parts.push(Part::Param(name));
            at += length;
        }
        self.flush(&mut literal, &mut parts);
        (self.errors.len() == errors_before).then_some(parts)
    }

    /// Takes one character (or one escape) of literal text; returns how many bytes it took.
    fn literal_char(&mut self, rest: &str, at: usize, literal: &mut Literal) -> usize {
        let Some(char) = rest.chars().next() else { return 0 };
        let length = char.len_utf8();
        let range = at..at + length;
        match char {
            '%' => return self.escape(rest, at, literal),
            ']' => self.error(range, "`]` without `[`: a literal `]` is written `%5D`"),
            '}' => self.error(range, "`}` without `{`: a literal `}` is written `%7D`"),
            '(' => {
                // The bracket that belongs to it is a part of the same mistake.
                let whole = rest.find(')').map_or(length, |end| end + 1);
                let cure = if whole == length {
                    "unclosed `(`: close it with `)` (a literal `(` is written `%28`)"
                } else {
                    "a group is a whole segment, such as `/(admin)/`: a literal `(` is written `%28`"
                };
                self.error(at..at + whole, cure);
                return whole;
            }
            ')' => self.error(range, "`)` without `(`: a literal `)` is written `%29`"),
            '$' => {
                let name = &rest[1..][..identifier_length(&rest[1..])];
                let name = if name.is_empty() { "id" } else { name };
                let cure = format!("a param inside a segment is written `{{${name}}}`: a literal `$` is written `%24`");
                self.error(range, cure);
            }
            '?' => self.error(
                range,
                "a route pattern has no query: take `Query<T>` in the handler (a literal `?` is written `%3F`)",
            ),
            '#' => self.error(range, "a request has no fragment: a literal `#` is written `%23`"),
            char if char.is_control() => {
                self.error(range, "a control character: write it percent-encoded, such as `%09`");
            }
            char => literal.push(range, char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        length
    }

    fn escape(&mut self, rest: &str, at: usize, literal: &mut Literal) -> usize {
        let digits = rest.get(1..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            literal.push(at..at + 3, &[byte]);
            3
        } else {
            self.error(at..at + 1, "`%` without two hex digits: a literal `%` is written `%25`");
            1
        }
    }

    fn flush(&mut self, literal: &mut Literal, parts: &mut Vec<Part>) {
        let Literal { bytes, range } = std::mem::take(literal);
        if bytes.is_empty() {
            return;
        }
        match String::from_utf8(bytes) {
            Ok(text) => parts.push(Part::Literal(text)),
            Err(_) => self.error(range, "these escapes are not UTF-8: no request can match them"),
        }
    }

    /// Reads `[name]` or `{$name}` at the start of `rest`; returns its length and name.
    fn bracket(&mut self, rest: &str, at: usize) -> Option<(usize, String)> {
        let (open, close) = if rest.starts_with('[') { ('[', ']') } else { ('{', '}') };
        let end = if open == '{' { closing_brace(rest) } else { rest.find(close) };
        let Some(end) = end else {
            let escaped = if open == '[' { "%5B" } else { "%7B" };
            self.error(
                at..at + 1,
                format!("unclosed `{open}`: close it with `{close}` (a literal `{open}` is written `{escaped}`)"),
            );
            return None;
        };
        let inner = &rest[1..end];
        let range = at..at + end + 1;
        let (is_catch_all, is_optional) = match open {
            '[' => (inner.starts_with("...") || inner.starts_with("[..."), inner.starts_with('[')),
            _ => (inner == "$", inner.starts_with("-$")),
        };
        if is_catch_all {
            self.late_catch_all(range, inner);
            return None;
        }
        if is_optional {
            self.error(
                range,
                "an optional param is a whole segment: nothing may stand before or after it between the slashes",
            );
            return None;
        }
        if open == '[' {
            return self.name(inner, at + 1).map(|name| (end + 1, name));
        }
        match inner.strip_prefix('$') {
            Some(name) => self.name(name, at + 2).map(|name| (end + 1, name)),
            None => {
                self.error(range, foreign::in_braces(inner));
                None
            }
        }
    }

    /// A catch-all that does not begin its segment: the mistake is the text, the params or the catch-all before it.
    fn late_catch_all(&mut self, range: Range<usize>, inner: &str) {
        let segment = self.text[..range.start].rfind('/').map_or(0, |slash| slash + 1);
        let before = &self.text[segment..range.start];
        if before.starts_with("[...") || before.starts_with("[[...") || before.starts_with("{$}") {
            return self.error(range, SECOND_CATCH_ALL);
        }
        if before.is_empty() {
            return self.error(range, "unclosed `[[`: close it with `]]`");
        }
        let (first, rest) = if inner == "$" {
            ("{$first}", "$".to_owned())
        } else {
            ("[first]", format!("[[...{}]]", inner.trim_start_matches(['[', '.'])))
        };
        let first = if before.ends_with([']', '}']) { "" } else { first };
        let after = self.text[range.end..].trim_start_matches(']').split('/').next().unwrap_or_default();
        let rest = if inner == "$" && !after.is_empty() { "{$}".to_owned() } else { rest };
        let cure = format!("nothing stands before a catch-all in its segment: write `{before}{first}/{rest}{after}`");
        self.error(range, cure);
    }

    /// Two catch-alls would leave open where one ends.
    fn check_catch_alls(&mut self) {
        let catch_alls = self.found.iter().filter(|(_, segment)| segment.catch_all().is_some());
        let more: Vec<_> = catch_alls.skip(1).map(|(range, _)| range.clone()).collect();
        for range in more {
            self.error(range, SECOND_CATCH_ALL);
        }
    }

    fn check_names(&mut self) {
        let mut seen: Vec<&str> = Vec::new();
        let mut doubled = Vec::new();
        for (range, segment) in &self.found {
            for name in segment.params() {
                if seen.contains(&name) {
                    doubled.push((range.clone(), format!("two params are named `{name}`: give each its own name")));
                }
                seen.push(name);
            }
        }
        for (range, message) in doubled {
            self.error(range, message);
        }
    }
}

/// Literal text that is being read, as bytes, because one escape may be a part of a character.
#[derive(Default)]
struct Literal {
    bytes: Vec<u8>,
    range: Range<usize>,
}

impl Literal {
    fn push(&mut self, range: Range<usize>, bytes: &[u8]) {
        if self.bytes.is_empty() {
            self.range.start = range.start;
        }
        self.range.end = range.end;
        self.bytes.extend_from_slice(bytes);
    }
}

/// The text between the slashes. A slash inside of `{name:…}`, another framework's regular expression, is a part of it.
fn segments(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text);
    loop {
        let mut end = rest.find('/');
        if let Some(at) = rest.find('{').filter(|at| end.is_some_and(|end| *at < end))
            && rest[at + 1..][identifier_length(&rest[at + 1..])..].starts_with(':')
            && let Some(close) = closing_brace(&rest[at..])
        {
            end = rest[at + close..].find('/').map(|slash| at + close + slash);
        }
        let Some(end) = end else {
            found.push(rest);
            return found;
        };
        found.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
}

/// Where the brace closes that opens the text.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '{' => open += 1,
            '}' if open == 1 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
    }
    // Braces that are not balanced: the first one, as if none was inside.
    text.find('}')
}

/// The text between `open` and the first `close`, if that one ends the segment.
fn enclosed<'a>(segment: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let inner = segment.strip_prefix(open)?;
    let end = inner.find(close)?;
    (end + close.len() == inner.len()).then(|| &inner[..end])
}

/// How many bytes at the start of `text` form an identifier (UAX #31, as in Rust).
fn identifier_length(text: &str) -> usize {
    let starts = |char| char == '_' || unicode_ident::is_xid_start(char);
    if !text.starts_with(starts) {
        return 0;
    }
    text.find(|char| !unicode_ident::is_xid_continue(char)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
