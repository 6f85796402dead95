//! Parameters in the spellings of other frameworks, such as `:id`, `<id>`, `{id}` and `*path`. Each is text in this
//! grammar, and text is never what was meant.

use std::ops::Range;

/// What another framework's spelling stands for.
#[derive(Clone, Copy)]
enum Meaning {
    /// One segment.
    One,
    /// One segment or none.
    Optional,
    /// One or more segments.
    Rest,
    /// Zero or more segments.
    OptionalRest,
}

/// The first parameter in another framework's spelling: its place in the segment, and what to write instead. Braces are
/// left out: [`in_braces`].
pub fn find(segment: &str) -> Option<(Range<usize>, String)> {
    colon(segment).or_else(|| angle(segment)).or_else(|| dollar(segment)).or_else(|| star(segment))
}

/// What to write in place of `{inner}`: `{id}`, `{id:int}`, `{id?}`, `{*path}`, `{tail:.*}`, `{path...}`.
pub fn in_braces(inner: &str) -> String {
    let (name, pattern) = inner.split_once(':').unwrap_or((inner, ""));
    let is_rest = name.starts_with('*') || name.ends_with('*') || name.trim_start_matches("...") != name;
    let is_rest = is_rest || name.ends_with("...") || is_any(pattern);
    let meaning = match (is_rest, inner.ends_with('?')) {
        (true, false) => Meaning::Rest,
        (true, true) => Meaning::OptionalRest,
        (false, true) => Meaning::Optional,
        (false, false) => Meaning::One,
    };
    let default = if is_rest { "path" } else { "id" };
    let name = identifier(name.trim_start_matches(['*', '.', '+', '/', '#']), default);
    let cure = match meaning {
        Meaning::One => format!("write `[{name}]` or `{{${name}}}` for a param"),
        _ => written(meaning, name),
    };
    let check = if pattern.is_empty() || is_rest { "" } else { ", whose type says which texts are good" };
    format!("{cure}{check} (a literal `{{` is written `%7B`)")
}

/// Express, Rails, Sinatra: `:id`, `:id?`, `:id(\\d+)`, `:path*`. A colon behind a letter is text, as in `things:batch`.
fn colon(segment: &str) -> Option<(Range<usize>, String)> {
    let begins = |at: &usize| {
        let before = segment[..*at].chars().next_back();
        before.is_none_or(|char| !char.is_alphanumeric() && char != ':')
            && segment[at + 1..].starts_with(|char: char| char == '_' || char.is_alphabetic())
            && is_outside(segment, *at)
    };
    let at = segment.match_indices(':').map(|(at, _)| at).find(begins)?;
    let name = identifier(&segment[at + 1..], "id");
    let mut end = at + 1 + name.len();
    if segment[end..].starts_with('(') {
        end += segment[end..].find(')').map_or(segment.len() - end, |close| close + 1);
    }
    let meaning = match segment[end..].chars().next() {
        Some('?') => Meaning::Optional,
        Some('*') => Meaning::OptionalRest,
        Some('+') => Meaning::Rest,
        _ => Meaning::One,
    };
    end += usize::from(!matches!(meaning, Meaning::One));
    Some((at..end, text_here(&segment[at..end], &written(meaning, name), "a literal `:` is written `%3A`")))
}

/// Rocket, Flask, Django: `<id>`, `<path..>`, `<int:id>`, `<path:rest>`.
fn angle(segment: &str) -> Option<(Range<usize>, String)> {
    const CONVERTERS: [&str; 9] = ["int", "str", "string", "path", "uuid", "slug", "float", "any", "default"];
    let at = segment.find('<').filter(|at| is_outside(segment, *at))?;
    let end = at + segment[at..].find('>')? + 1;
    let inner = &segment[at + 1..end - 1];
    let (name, meaning) = match inner.split_once(':') {
        Some(("path", name)) => (name, Meaning::Rest),
        Some((converter, name)) if CONVERTERS.contains(&converter) => (name, Meaning::One),
        Some((name, pattern)) => (name, if is_any(pattern) { Meaning::Rest } else { Meaning::One }),
        None => match inner.strip_suffix("..") {
            Some(name) => (name, Meaning::OptionalRest),
            None => (inner, if inner.ends_with('?') { Meaning::Optional } else { Meaning::One }),
        },
    };
    let default = if matches!(meaning, Meaning::One | Meaning::Optional) { "id" } else { "path" };
    let cure = written(meaning, identifier(name, default));
    Some((at..end, text_here(&segment[at..end], &cure, "a literal `<` is written `%3C`")))
}

/// Template literals of JavaScript: `${id}`.
fn dollar(segment: &str) -> Option<(Range<usize>, String)> {
    let at = segment.find("${").filter(|at| is_outside(segment, *at))?;
    let end = at + segment[at..].find('}')? + 1;
    let cure = written(Meaning::One, identifier(&segment[at + 2..end - 1], "id"));
    Some((at..end, text_here(&segment[at..end], &cure, "a literal `$` is written `%24`")))
}

/// Wildcards: `*`, `**`, `*path`, `.*`, also in parentheses.
fn star(segment: &str) -> Option<(Range<usize>, String)> {
    let star = segment.match_indices('*').map(|(at, _)| at).find(|at| is_outside(segment, *at))?;
    let literal = "a literal `*` is written `%2A`";
    if matches!(segment, "*" | "**" | ".*" | "(.*)" | "(*)") {
        return Some((0..segment.len(), text_here(segment, &written(Meaning::Rest, "path"), literal)));
    }
    let stars = segment[star..].len() - segment[star..].trim_start_matches('*').len();
    let name = identifier(&segment[star + stars..], "");
    let range = star..star + stars + name.len();
    let cure = match (star, name) {
        (0, name) => written(Meaning::Rest, if name.is_empty() { "path" } else { name }),
        (_, "") => {
            "write `[rest]` for a param that ends the segment, and `/[...path]` for the segments behind it".into()
        }
        (_, name) => written(Meaning::One, name),
    };
    Some((range.clone(), text_here(&segment[range], &cure, literal)))
}

/// Whether a pattern, or the name of a converter, takes slashes.
fn is_any(pattern: &str) -> bool {
    matches!(pattern.trim_end_matches('?'), "path" | "*" | "**" | ".*" | ".+" | "(.*)" | "(.+)")
}

fn written(meaning: Meaning, name: &str) -> String {
    match meaning {
        Meaning::One => format!("write `[{name}]` for a param"),
        Meaning::Optional => format!("write `[[{name}]]` for a segment that may be missing"),
        Meaning::Rest => format!("write `[...{name}]` for one or more segments, `[[...{name}]]` if there may be none"),
        Meaning::OptionalRest => format!("write `[[...{name}]]` for any number of segments"),
    }
}

fn text_here(written: &str, cure: &str, literal: &str) -> String {
    format!("`{written}` would be text: {cure} ({literal})")
}

/// The identifier at the start of a text, or a default one.
fn identifier<'a>(text: &'a str, default: &'a str) -> &'a str {
    let length = text.find(|char: char| char != '_' && !char.is_alphanumeric()).unwrap_or(text.len());
    let name = text[..length].trim_start_matches(|char: char| char.is_numeric());
    if name.is_empty() || name == "_" { default } else { name }
}

/// Whether a place is not inside of brackets or braces of the segment.
fn is_outside(segment: &str, at: usize) -> bool {
    let count = |char: char| segment[..at].matches(char).count();
    count('[') <= count(']') && count('{') <= count('}')
}

#[cfg(test)]
mod tests {
    use super::{find, in_braces};

    #[test]
    fn other_spellings_are_found_with_their_place() {
        let cases = [
            (":id", Some((":id", "`[id]`"))),
            (":postId?", Some((":postId?", "`[[postId]]`"))),
            (":id(\\d+)", Some((":id(\\d+)", "`[id]`"))),
            (":path*", Some((":path*", "`[[...path]]`"))),
            (":path+", Some((":path+", "`[...path]`"))),
            (":id.json", Some((":id", "`[id]`"))),
            ("@:name", Some((":name", "`[name]`"))),
            ("year-:year", Some((":year", "`[year]`"))),
            ("things:batch", None),
            ("[id]:cancel", Some((":cancel", "`[cancel]`"))),
            ("urn:isbn:1", None),
            ("12:30", None),
            (":", None),
            ("<id>", Some(("<id>", "`[id]`"))),
            ("<int:id>", Some(("<int:id>", "`[id]`"))),
            ("<path:rest>", Some(("<path:rest>", "`[...rest]`"))),
            ("<path..>", Some(("<path..>", "`[[...path]]`"))),
            ("<_..>", Some(("<_..>", "`[[...path]]`"))),
            ("<_>", Some(("<_>", "`[id]`"))),
            ("a<b", None),
            ("${id}", Some(("${id}", "`[id]`"))),
            ("*", Some(("*", "`[...path]`"))),
            ("**", Some(("**", "`[...path]`"))),
            ("*path", Some(("*path", "`[...path]`"))),
            (".*", Some((".*", "`[...path]`"))),
            ("(.*)", Some(("(.*)", "`[...path]`"))),
            ("page*", Some(("*", "`[rest]`"))),
            ("[...path]", None),
            ("{*path}", None),
            ("students", None),
        ];
        for (segment, expected) in cases {
            let found = find(segment);
            let place = found.as_ref().map(|(range, _)| &segment[range.clone()]);
            assert_eq!(place, expected.map(|(place, _)| place), "{segment}");
            if let (Some((_, message)), Some((_, cure))) = (&found, expected) {
                assert!(message.contains(cure), "{segment}: {message}");
            }
        }
    }

    #[test]
    fn braces_are_told_what_they_would_be() {
        let cases = [
            ("id", "`[id]`"),
            ("id:int", "`[id]`"),
            ("id:\\d{2}", "`[id]`"),
            ("id?", "`[[id]]`"),
            ("*path", "`[...path]`"),
            ("**slug", "`[...slug]`"),
            ("*", "`[...path]`"),
            ("tail:.*", "`[...tail]`"),
            ("file:path", "`[...file]`"),
            ("path...", "`[...path]`"),
            ("...a", "`[...a]`"),
            ("*path?", "`[[...path]]`"),
            ("", "`[id]`"),
        ];
        for (inner, cure) in cases {
            assert!(in_braces(inner).contains(cure), "{inner}: {}", in_braces(inner));
        }
    }
}
