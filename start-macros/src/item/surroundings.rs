//! What a function stands in, read from its file: a macro is shown its item alone.
//!
//! The lines around it are judged by their indentation, as rustfmt writes them. What cannot be read this way (an editor, a
//! macro, another style) counts as unknown, and is left to the compiler.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use proc_macro2::Ident;

/// The block around a function.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The line that opens it; 0 for the file itself.
    pub line: usize,
    /// What is written there, up to the brace, such as `impl App`.
    pub head: String,
}

impl Block {
    /// Whether it belongs to an `impl` or to a `trait`.
    pub fn is_associated(&self) -> bool {
        ["impl ", "impl<", "trait "].iter().any(|word| self.head.starts_with(word))
    }
}

/// A file, and where an identifier stands in it.
pub struct Place {
    pub file: String,
    pub source: Arc<Source>,
    line: usize,
    column: usize,
}

/// The text of a file, and its lines.
pub struct Source {
    pub text: String,
    lines: Vec<String>,
}

impl Source {
    fn of(text: String) -> Self {
        Self { lines: text.lines().map(str::to_owned).collect(), text }
    }
}

/// The file that an identifier is written in, if it can be read and says the same.
pub fn place(ident: &Ident) -> Option<Place> {
    if !proc_macro::is_available() {
        return None;
    }
    // Inside a macro, which was just checked, the compiler's own span is always there.
    let span = ident.span().unwrap();
    let source = read(span.local_file()?)?;
    let (line, column) = (span.line(), span.column().checked_sub(1)?);
    let written: String = source.lines.get(line.checked_sub(1)?)?.chars().skip(column).collect();
    written.starts_with(&ident.to_string()).then(|| Place { file: span.file(), source, line, column })
}

/// Reads a file once: one run of rustc is one version of it, and a file may hold hundreds of routes.
fn read(file: PathBuf) -> Option<Arc<Source>> {
    static READ: Mutex<BTreeMap<PathBuf, Option<Arc<Source>>>> = Mutex::new(BTreeMap::new());
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let read = |file: &PathBuf| fs::read_to_string(file).ok().map(|text| Arc::new(Source::of(text)));
    known.entry(file).or_insert_with_key(read).clone()
}

impl Place {
    /// The block around the identifier's line.
    pub fn block(&self) -> Block {
        block(&self.source.lines, self.line, self.column)
    }
}

fn block(lines: &[String], line: usize, column: usize) -> Block {
    let own = lines.get(line - 1).map_or("", String::as_str);
    let before: String = own.chars().take(column).collect();
    if let Some((head, _)) = before.rsplit_once('{') {
        return Block { line, head: bare(head) };
    }
    let mut indentation = indent(own);
    // Nothing is further out than the first column.
    if indentation == 0 {
        return Block { line: 0, head: String::new() };
    }
    for (index, written) in lines.iter().enumerate().take(line - 1).rev() {
        let trimmed = written.trim_start();
        let is_code = !trimmed.is_empty() && !["//", "/*", "*", "#"].iter().any(|start| trimmed.starts_with(start));
        if !is_code || indent(written) >= indentation {
            continue;
        }
        // The lines of a long head: the first of them begins it.
        if ["{", "where", ")", ">", "}"].iter().any(|start| trimmed.starts_with(start)) {
            indentation = indent(written) + 1;
            continue;
        }
        return Block { line: index + 1, head: bare(trimmed) };
    }
    Block { line: 0, head: String::new() }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A head without its visibility and whatever else may stand before its keyword.
fn bare(head: &str) -> String {
    let mut head = head.split('{').next().unwrap_or_default().trim();
    while let Some((first, rest)) = head.split_once(char::is_whitespace)
        && (first.starts_with("pub") || matches!(first, "unsafe" | "default" | "const"))
    {
        head = rest.trim_start();
    }
    head.split(" where ").next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_around_a_line_is_found_by_indentation() {
        let cases = [
            ("fn f() {}", 1, 0, ""),
            ("impl App {\n    fn f() {}\n}", 2, 1, "impl App"),
            ("impl App {\n    fn g() {\n        x();\n    }\n\n    // text\n    fn f() {}\n}", 7, 1, "impl App"),
            ("impl<T> Show for App<T>\nwhere\n    T: Copy,\n{\n    fn f() {}\n}", 5, 1, "impl<T> Show for App<T>"),
            ("pub(crate) trait Routes {\n    fn f() {}\n}", 2, 1, "trait Routes"),
            ("mod a {\n    impl App {\n        fn f() {}\n    }\n}", 3, 2, "impl App"),
            ("mod a {\n    fn g() {}\n    fn f() {}\n}", 3, 1, "mod a"),
            ("impl App {\n    fn g() {}\n}\nfn f() {}", 4, 0, ""),
        ];
        for (text, line, line_of_block, head) in cases {
            let column = text.lines().nth(line - 1).expect("a line").find('f').expect("the function") + 3;
            let found = block(&Source::of(text.to_owned()).lines, line, column);
            assert_eq!(found.head, head, "{text}");
            assert_eq!(found.line == 0, line_of_block == 0, "{text}");
        }
        assert_eq!(block(&["impl App { fn f() {} }".to_owned()], 1, 14).head, "impl App");
    }

    #[test]
    fn an_impl_and_a_trait_are_told_from_modules() {
        for (head, expected) in [("impl App", true), ("impl<T> A<T>", true), ("trait A", true), ("mod impls", false)] {
            assert_eq!(Block { line: 1, head: head.into() }.is_associated(), expected, "{head}");
        }
    }
}
