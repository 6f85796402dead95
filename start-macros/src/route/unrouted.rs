//! Files of a folder of routes that have no route: what is in them would be compiled, and never served.

use std::fs;
use std::path::Path;

use crate::route::methods::method;

/// What is wrong with a route file without a route; `None` if it has one, or if a macro may write one.
pub fn mistake(root: &Path, file: &str, folder: &str) -> Option<String> {
    let text = fs::read_to_string(root.join(file)).ok()?;
    let own = if file.contains('/') { file.rsplit('/').next().unwrap_or(file) } else { file };
    let (line, name) = match lookout(&text)? {
        Found::Nothing => {
            return Some(format!(
                "`{folder}/{file}` has no route: write a function with `#[start_runtime::api_route]` into it, or call the file `_{own}` if it holds helpers"
            ));
        }
        Found::Function(line, name) => (line, name),
    };
    Some(format!(
        "`{folder}/{file}` has no route: write `#[start_runtime::api_route]` above `{name}` (line {line}), or call the file `_{own}` if it holds helpers"
    ))
}

enum Found {
    Nothing,
    /// The line and the name of a function that may have been meant.
    Function(usize, String),
}

fn lookout(text: &str) -> Option<Found> {
    let mut function = Found::Nothing;
    for (index, line) in text.lines().enumerate() {
        let line_text = line.trim_start();
        if line_text.starts_with("//") {
            continue;
        }
        let attribute = ["api_route", "page_route", "ws_route"].iter().any(|name| line.contains(name));
        let is_macro = line.len() == line_text.len()
            && line_text.split_once('!').is_some_and(|(name, _)| {
                !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || char == '_' || char == ':')
            });
        if attribute || is_macro {
            return None;
        }
        let before = line_text.split('(').next().unwrap_or_default();
        if let Some((_, name)) = before.split_once("fn ") {
            let name = name.trim().split('<').next().unwrap_or_default().to_owned();
            let is_better = match &function {
                Found::Nothing => true,
                Found::Function(_, known) => method(known).is_none() && method(&name).is_some(),
            };
            if is_better {
                function = Found::Function(index + 1, name);
            }
        }
    }
    Some(function)
}

#[cfg(test)]
mod tests {
    use super::{Found, lookout};

    #[test]
    fn the_function_that_was_meant_is_found() {
        let cases = [
            ("#[api_route]\npub async fn GET() {}\n", None),
            ("#[start_runtime::page_route]\nfn page() {}\n", None),
            ("// #[api_route]\nfn help() {}\n\npub async fn GET(id: u32) {}\n", Some(Some((4, "GET")))),
            ("fn help<T>() {}\n", Some(Some((1, "help")))),
            ("routes_of!(Post);\n", None),
            ("struct Post;\n", Some(None)),
            ("", Some(None)),
        ];
        for (text, expected) in cases {
            let found = lookout(text).map(|found| match found {
                Found::Nothing => None,
                Found::Function(line, name) => Some((line, name)),
            });
            let expected = expected.map(|found| found.map(|(line, name)| (line, name.to_owned())));
            assert_eq!(found, expected, "{text}");
        }
    }
}
