//! The name that the user's crate gives to `start-runtime`: `start = { package = "start-runtime", … }` renames it.
//!
//! Generated code names `::start_runtime`. Where the manifest has another name for it, the written tokens get that name.
//! The manifest is read line by line: a parser of TOML would cost every program more than this is worth.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};

const PACKAGE: &str = "start-runtime";

/// The tokens, with the name that this crate has for the runtime.
pub fn with_own_name(tokens: TokenStream) -> TokenStream {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    match NAME.get_or_init(name_here) {
        Some(name) => renamed(tokens, name),
        None => tokens,
    }
}

/// `::start_runtime` as `::name`, everywhere in the tokens.
fn renamed(tokens: TokenStream, name: &str) -> TokenStream {
    // Whether `::` stands directly before, half of it, and whether a path stands before that.
    let (mut is_behind, mut half, mut is_in_path) = (false, false, false);
    let tokens = tokens.into_iter().map(|token| {
        let is_first = is_behind && !is_in_path;
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                is_behind = half;
                half = !half && punct.spacing() == Spacing::Joint;
                // A colon alone stands before a type.
                is_in_path &= half || is_behind;
            }
            other => (is_behind, half, is_in_path) = (false, false, may_begin_path(other)),
        }
        match token {
            TokenTree::Ident(ident) if is_first && ident == "start_runtime" => Ident::new(name, ident.span()).into(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), renamed(group.stream(), name));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        }
    });
    tokens.collect()
}

/// Whether `::` behind this token goes on with a path, in place of beginning one.
fn may_begin_path(token: &TokenTree) -> bool {
    const KEYWORDS: [&str; 14] =
        ["use", "return", "in", "as", "match", "if", "else", "let", "move", "impl", "dyn", "for", "where", "mut"];
    match token {
        TokenTree::Ident(ident) => !KEYWORDS.iter().any(|keyword| ident == keyword),
        _ => false,
    }
}

/// The other name, if the crate that is compiled has one.
fn name_here() -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    let own = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    name(&own, || workspace(&folder))
}

/// The manifest of the workspace around a package.
fn workspace(folder: &Path) -> Option<String> {
    let manifests = folder.ancestors().filter_map(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).ok());
    manifests.into_iter().find(|text| lines(text).any(|line| line.starts_with("[workspace")))
}

/// The name of the dependency, if it is not the package's own.
fn name(manifest: &str, workspace: impl FnOnce() -> Option<String>) -> Option<String> {
    let own = names(manifest);
    if own.iter().any(|(name, is_it)| name == PACKAGE || *is_it && name.replace('-', "_") == "start_runtime") {
        return None;
    }
    if let Some((name, _)) = own.iter().find(|(_, is_it)| *is_it) {
        return Some(name.replace('-', "_"));
    }
    // A dependency that is inherited has its package in the workspace's manifest.
    let inherited = names(&workspace()?);
    let renamed = inherited.iter().filter(|(_, is_it)| *is_it).map(|(name, _)| name);
    let (name, _) = renamed.map(|name| (name, ())).find(|(name, ())| own.iter().any(|(own, _)| own == *name))?;
    Some(name.replace('-', "_"))
}

/// The dependencies of a manifest, and whether each says that it is ours under another name.
fn names(manifest: &str) -> Vec<(String, bool)> {
    let (mut found, mut in_dependencies, mut table): (Vec<(String, bool)>, bool, Option<usize>) =
        (Vec::new(), false, None);
    let is_ours = |text: &str| {
        text.split("package").skip(1).any(|rest| {
            let value = rest.trim_start().strip_prefix('=').map(str::trim_start).unwrap_or_default();
            value.strip_prefix(['"', '\'']).is_some_and(|value| value.starts_with("start-runtime"))
        })
    };
    for line in lines(manifest) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            in_dependencies = header.ends_with("dependencies");
            table = header.rsplit_once("dependencies.").map(|(_, name)| {
                found.push((unquoted(name), false));
                found.len() - 1
            });
            continue;
        }
        match (table, line.split_once('=')) {
            (Some(index), Some(_)) => found[index].1 |= is_ours(line),
            (None, Some((name, value))) if in_dependencies => {
                let name = name.split('.').next().unwrap_or_default();
                found.push((unquoted(name), is_ours(value) || line.contains(".package") && is_ours(line)));
            }
            _ => {}
        }
    }
    found
}

fn lines(manifest: &str) -> impl Iterator<Item = &str> {
    manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn unquoted(name: &str) -> String {
    name.trim().trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_dependency_is_found_in_the_manifest() {
        let workspace =
            "[workspace]\n[workspace.dependencies]\nweb = { package = \"start-runtime\", version = \"1\" }\n";
        let cases = [
            ("[dependencies]\nstart-runtime = \"1\"\n", None),
            ("[dependencies]\nstart_runtime = { package = \"start-runtime\" }\n", None),
            ("[dependencies]\nstart = { package = \"start-runtime\", version = \"1\" }\n", Some("start")),
            ("[dependencies]\nserde = \"1\"\nmy-start = {version=\"1\",package='start-runtime'}\n", Some("my_start")),
            ("[dependencies.start]\nversion = \"1\"\npackage = \"start-runtime\"\n", Some("start")),
            ("[dependencies]\nstart.package = \"start-runtime\"\nstart.version = \"1\"\n", Some("start")),
            ("[dev-dependencies]\nstart = { package = \"start-runtime\" }\n", Some("start")),
            ("[target.'cfg(unix)'.dependencies]\nstart = { package = \"start-runtime\" }\n", Some("start")),
            ("[dependencies]\nweb = { workspace = true }\n", Some("web")),
            ("[dependencies]\nweb.workspace = true\n", Some("web")),
            ("[dependencies]\nother = { workspace = true }\n", None),
            ("# start = { package = \"start-runtime\" }\n[dependencies]\nserde = \"1\"\n", None),
            ("[package]\nname = \"x\"\n", None),
        ];
        for (manifest, expected) in cases {
            assert_eq!(name(manifest, || Some(workspace.to_owned())).as_deref(), expected, "{manifest}");
        }
    }

    #[test]
    fn only_the_first_word_of_an_absolute_path_is_renamed() {
        let cases = [
            (":: start_runtime :: run ()", ":: start :: run ()"),
            ("{ let x = (:: start_runtime :: A) ; }", "{ let x = (:: start :: A) ; }"),
            ("< :: start_runtime :: A > :: b", "< :: start :: A > :: b"),
            ("use :: start_runtime :: a :: * ;", "use :: start :: a :: * ;"),
            ("x :: < :: start_runtime :: A > ()", "x :: < :: start :: A > ()"),
            (
                "let a : :: start_runtime :: A = | | -> :: start_runtime :: A { } ;",
                "let a : :: start :: A = | | -> :: start :: A { } ;",
            ),
            ("crate :: start_runtime :: run", "crate :: start_runtime :: run"),
            ("start_runtime", "start_runtime"),
        ];
        for (text, expected) in cases {
            let written = |text: &str| text.parse::<TokenStream>().expect("tokens").to_string();
            assert_eq!(renamed(text.parse().expect("tokens"), "start").to_string(), written(expected), "{text}");
        }
    }
}
