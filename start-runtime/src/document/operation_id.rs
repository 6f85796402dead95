//! The ids of operations: readable, and made of the method and the path alone, so that no other route moves them.
//!
//! `GET /api/{house}/students` is `get_api_by_house_students`. Paths that differ have ids that differ: a parameter has
//! `by` before its name and the rest of a path `all`, `reset-password` is `resetPassword`, and a path with anything else in
//! it (`feed.xml`, `a_b`, `Students`) gets a number that is computed from it at the end.

use super::paths::PathOperation;

/// Words that announce a parameter, and so stand for nothing else.
const MARKS: [&str; 2] = ["by", "all"];

/// The id of an operation.
pub fn operation_id(place: &PathOperation) -> String {
    id(place.method, &place.own_template, place.catch_all.map(|catch_all| catch_all.segment))
}

/// The same for a method and a path with its parameters in braces. `catch_all` is the place of the segment that stands for
/// any number of segments.
pub fn id(method: &str, template: &str, catch_all: Option<usize>) -> String {
    let segments: Vec<&str> = template.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut words = vec![method.to_lowercase()];
    let mut is_exact = true;
    for (index, segment) in segments.iter().enumerate() {
        let word = word(segment, catch_all == Some(index));
        is_exact &= word.is_some();
        words.push(word.unwrap_or_else(|| readable(segment)));
    }
    words.retain(|word| !word.is_empty());
    let id = words.join("_");
    if is_exact { id } else { format!("{id}_{:06x}", number(&shape(template, catch_all))) }
}

/// The word for a segment, if no other segment has the same.
fn word(segment: &str, is_rest: bool) -> Option<String> {
    let pieces: Vec<Piece<'_>> = segment.split('-').map(Piece::of).collect::<Option<_>>()?;
    if let [Piece::Param(name)] = pieces.as_slice() {
        let mark = if is_rest { "all" } else { "by" };
        return Some(format!("{mark}_{}", joined(name)));
    }
    if is_rest {
        return None;
    }
    let mut word = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) if index == 0 => word.push_str(text),
            // After another piece, the capital shows where it begins.
            Piece::Text(text) if text.starts_with(|first: char| first.is_ascii_lowercase()) => {
                word.push_str(&capital(text))
            }
            Piece::Param(name) if !name.to_ascii_lowercase().contains("by") => {
                word.push_str(if index == 0 { "by" } else { "By" });
                word.push_str(&capital(&joined(name)));
            }
            _ => return None,
        }
    }
    Some(word)
}

/// A piece of a segment between two hyphens.
enum Piece<'a> {
    Text(&'a str),
    Param(&'a str),
}

impl<'a> Piece<'a> {
    fn of(text: &'a str) -> Option<Self> {
        if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return name.is_ascii().then_some(Self::Param(name)).filter(|_| !name.contains(['{', '}']));
        }
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (!text.is_empty() && text.bytes().all(is_plain) && !MARKS.contains(&text)).then_some(Self::Text(text))
    }
}

/// `postId` for `post_id`: the underscore stands between segments.
fn joined(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The letters and digits of a segment, for an id that has a number as well.
fn readable(segment: &str) -> String {
    let words = segment.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

/// The template without the names of its parameters: routes of one shape need not agree on them. The first parameter in
/// the segment of a catch-all is marked.
fn shape(template: &str, catch_all: Option<usize>) -> String {
    let mut shape = String::new();
    for (index, segment) in template.split('/').skip(1).enumerate() {
        shape.push('/');
        let mut mark = if catch_all == Some(index) { "*" } else { "" };
        for (index, piece) in segment.split('{').enumerate() {
            if index == 0 {
                shape.push_str(piece);
                continue;
            }
            shape.push_str("{}");
            shape.push_str(std::mem::take(&mut mark));
            shape.push_str(piece.split_once('}').map_or("", |(_, text)| text));
        }
    }
    shape
}

/// FNV-1a, folded to 24 bits: the same in every build and on every machine.
fn number(text: &str) -> u32 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 24) ^ (hash & 0x00ff_ffff)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::id;

    #[test]
    fn ids_are_readable() {
        let cases = [
            ("/", "get"),
            ("/api/health", "get_api_health"),
            ("/api/{house}/students", "get_api_by_house_students"),
            ("/posts/{post_id}", "get_posts_by_postId"),
            ("/reset-password", "get_resetPassword"),
            ("/students/year-{year}", "get_students_yearByYear"),
            ("/feed.xml", "get_feed_xml_d5a1f6"),
        ];
        for (template, expected) in cases {
            assert_eq!(id("GET", template, None), expected, "{template}");
        }
        let cases = [
            ("/files/{rest}", 1, "get_files_all_rest"),
            ("/a_b/{rest}", 1, "get_a_b_all_rest_6f6b41"),
            ("/files/{rest}/edit", 1, "get_files_all_rest_edit"),
            ("/files/{rest}/{id}", 1, "get_files_all_rest_by_id"),
            ("/docs/{path}.md", 1, "get_docs_path_md_6deb16"),
            ("/docs/{path}-{id}", 1, "get_docs_path_id_c19134"),
        ];
        for (template, catch_all, expected) in cases {
            assert_eq!(id("GET", template, Some(catch_all)), expected, "{template}");
        }
    }

    #[test]
    fn paths_that_differ_have_ids_that_differ() {
        let segments = [
            "a", "b", "ab", "aB", "A", "a-b", "a_b", "a.b", "a1", "a-1", "by", "all", "by-a", "byA", "{a}", "{b}-{c}",
            "{b}{c}x", "a-{b}", "a{b}", "{b}.{c}", "x{b}-c", "aByB", "a-by-b", "%20", "a%2Fb", "é",
        ];
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut check = |template: String, catch_all: Option<usize>| {
            if let Some(other) = known.insert(id("GET", &template, catch_all), template.clone()) {
                panic!("{other} and {template} have one id");
            }
        };
        for one in segments {
            check(format!("/{one}"), None);
            for two in segments {
                check(format!("/{one}/{two}"), None);
                check(format!("/{{rest}}/{one}/{two}"), Some(0));
                check(format!("/{one}/{{rest}}/{two}"), Some(1));
            }
            check(format!("/{one}/{{rest}}"), Some(1));
            check(format!("/{{rest}}/{one}"), Some(0));
        }
        for behind in ["{rest}.md", "{rest}.{a}", "{rest}-{a}", "{rest}-b"] {
            check(format!("/x/{behind}"), None);
            check(format!("/x/{behind}"), Some(1));
        }
    }
}
