//! Paths in `meta`: names with dots between them.

/// Names that reach into JavaScript's prototypes: superjson refuses them, and so does this.
const REFUSED: [&str; 3] = ["__proto__", "constructor", "prototype"];

/// Whether superjson refuses a name.
pub fn is_refused(name: &str) -> bool {
    REFUSED.contains(&name)
}

/// A name as a part of a path.
pub fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('.', "\\.")
}

/// The names of a path. Before version 1 of the format, a backslash is one unless a dot follows.
pub fn parse(path: &str, is_legacy: bool) -> Result<Vec<String>, String> {
    let mut names = vec![String::new()];
    let mut chars = path.chars().peekable();
    let push =
        |names: &mut Vec<String>, char| names.last_mut().into_iter().for_each(|name: &mut String| name.push(char));
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('.', _) => names.push(String::new()),
            ('\\', Some('.')) => push(&mut names, chars.next().unwrap_or_default()),
            ('\\', _) if is_legacy => push(&mut names, '\\'),
            ('\\', Some('\\')) => push(&mut names, chars.next().unwrap_or_default()),
            ('\\', _) => return Err(format!("the path {path:?} has a `\\` that escapes nothing")),
            (char, _) => push(&mut names, char),
        }
    }
    match names.iter().find(|name| is_refused(name)) {
        Some(name) => Err(format!("the path {path:?} leads through `{name}`")),
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_backslashes_are_escaped() {
        let cases: [(&str, bool, Option<&[&str]>); 13] = [
            ("", false, Some(&[""])),
            ("a", false, Some(&["a"])),
            ("a.b.0", false, Some(&["a", "b", "0"])),
            (r"a\.b.c", false, Some(&["a.b", "c"])),
            (r"a\\.b", false, Some(&[r"a\", "b"])),
            (r"a\\\.b", false, Some(&[r"a\.b"])),
            (r"a\b", false, None),
            (r"a\", false, None),
            (r"a\b", true, Some(&[r"a\b"])),
            (r"a\\.b", true, Some(&[r"a\.b"])),
            (r"a\", true, Some(&[r"a\"])),
            ("a.__proto__.b", false, None),
            ("constructor", true, None),
        ];
        for (path, is_legacy, expected) in cases {
            let names = parse(path, is_legacy).ok();
            let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
            assert_eq!(names, expected, "{path} {is_legacy}");
        }
        for name in ["", "a", "a.b", r"a\b", r"\.", "..", "ö\u{0}"] {
            assert_eq!(parse(&escaped(name), false).unwrap(), [name], "{name}");
        }
    }
}
