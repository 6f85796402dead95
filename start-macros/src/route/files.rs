//! File routing: a folder of route files, and the pattern that a file's place stands for.
//!
//! File names follow the grammar of patterns. Two rules are for files alone: `index` stands for its
//! folder, and files whose name begins with `_`, `-` or a dot are not routes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use proc_macro2::{Span, TokenStream};
use syn::{Ident, LitStr};

use crate::grammar::pattern;
use crate::route::expand;

/// The folders that `routes!` was called with in this crate, as absolute paths.
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// What the file of an attribute says about its path.
pub enum Place {
    /// The pattern of the file.
    Pattern(String),
    /// A file whose bad name `routes!` has reported already.
    BadName,
    /// Expanded by an editor, which does not say which file this is.
    Editor,
    /// Not in a folder of routes.
    Elsewhere,
}

/// Looks up the file of an attribute that has no path of its own.
pub fn place(span: Span) -> Place {
    if !proc_macro::is_available() {
        return Place::Elsewhere;
    }
    // Inside a macro, which was just checked, the compiler's own span is always there.
    let Some(file) = span.unwrap().local_file() else { return Place::Editor };
    let Ok(file) = file.canonicalize() else { return Place::Elsewhere };
    let folders = FOLDERS.lock().map(|folders| folders.clone()).unwrap_or_default();
    let known = folders.iter().find_map(|folder| file.strip_prefix(folder).ok());
    let Some(relative) = known.map(Path::to_path_buf).or_else(|| below_routes(&file)) else { return Place::Elsewhere };
    let Some(text) = slashes(&relative).map(|relative| pattern_of(&relative)) else { return Place::Elsewhere };
    if known.is_some() && pattern::parse(&text).is_err() { Place::BadName } else { Place::Pattern(text) }
}

/// Without `routes!`: the part of the path below the first folder called `routes` in the package.
fn below_routes(file: &Path) -> Option<PathBuf> {
    let inside = file.strip_prefix(package()?).ok()?;
    let mut parts = inside.components();
    parts.find(|part| part.as_os_str() == "routes")?;
    let rest = parts.as_path();
    (!rest.as_os_str().is_empty()).then(|| rest.to_path_buf())
}

fn package() -> Option<PathBuf> {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?).canonicalize().ok()
}

/// A folder of routes.
pub struct Folder {
    /// Its place, absolute.
    pub path: String,
    /// As written.
    pub name: LitStr,
    /// Each route file, and the name of its module.
    pub modules: Vec<(String, Ident)>,
}

/// `routes!("src/routes")`: a module for each route file of the folder.
pub fn routes(input: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let folder = read_folder(input, &mut errors).map_err(|error| errors.push(error)).ok();
    let errors = errors.iter().map(syn::Error::to_compile_error);
    errors.chain(folder.as_ref().map(expand::folder)).collect()
}

/// Reads the folder. A file with a bad name adds an error and still gets its module.
fn read_folder(input: TokenStream, errors: &mut Vec<syn::Error>) -> syn::Result<Folder> {
    let Ok(folder) = syn::parse2::<LitStr>(input) else {
        let message =
            "`routes!` takes the folder of the routes: `mod routes { start_runtime::routes!(\"src/routes\"); }`";
        return Err(syn::Error::new(Span::call_site(), message));
    };
    let missing = |reason: &str| {
        let message =
            format!("the folder `{}` {reason}: name a folder of this package, such as `src/routes`", folder.value());
        syn::Error::new(folder.span(), message)
    };
    let root = package().ok_or_else(|| missing("cannot be looked for without cargo"))?.join(folder.value());
    let root = root.canonicalize().map_err(|error| missing(&format!("cannot be read ({error})")))?;
    let files = route_files(&root).map_err(|error| missing(&format!("cannot be read ({error})")))?;
    if let Ok(mut folders) = FOLDERS.lock() {
        folders.push(root.clone());
    }
    errors.extend(files.iter().flat_map(|file| bad_name(file, &folder.value(), folder.span())));
    let mut names = Vec::new();
    let modules = files.into_iter().map(|file| {
        let name = module_name(&file, &mut names);
        (file, name)
    });
    let modules = modules.collect();
    Ok(Folder { path: root.to_string_lossy().into_owned(), name: folder, modules })
}

fn bad_name(file: &str, folder: &str, span: Span) -> Vec<syn::Error> {
    let text = pattern_of(file);
    let mistakes = pattern::parse(&text).err().unwrap_or_default();
    let error = |message: String| syn::Error::new(span, format!("`{folder}/{file}`: {message}"));
    match nested(file) {
        Some(nested) if !mistakes.is_empty() => {
            let cure = format!("a dot is a dot here, and needs no brackets; folders nest: name the file `{nested}`");
            vec![error(cure)]
        }
        _ => mistakes.iter().map(|mistake| error(mistake.shown_in(&text))).collect(),
    }
}

/// What a file is called here whose name nests by dots, as TanStack's may: `api/rpc/$.rs` for `api.rpc.$.rs`, and
/// `feed.xml.rs` for `feed[.]xml.rs`.
fn nested(file: &str) -> Option<String> {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let pieces: Vec<String> = stem.split("[.]").map(|piece| piece.replace('.', "/")).collect();
    let nested = format!("{}.rs", pieces.join("."));
    (nested != file && pattern::parse(&pattern_of(&nested)).is_ok()).then_some(nested)
}

/// The paths of the route files below a folder, with slashes, sorted.
fn route_files(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(['_', '-', '.']) || name == "mod.rs" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") {
                found.extend(path.strip_prefix(root).ok().and_then(slashes));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn slashes(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// `api/[house]/index.rs` is `/api/[house]`.
fn pattern_of(file: &str) -> String {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let path = if stem == "index" { "" } else { stem.strip_suffix("/index").unwrap_or(stem) };
    format!("/{path}")
}

/// `api__house__students__year_year` for `api/[house]/students/year-[year].rs`: panics and listings
/// show this name.
fn module_name(file: &str, names: &mut Vec<String>) -> Ident {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let words = |segment: &str| {
        let words = segment.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("_")
    };
    let mut name = stem.split('/').map(words).collect::<Vec<_>>().join("__");
    if !name.starts_with(unicode_ident::is_xid_start) {
        name.insert_str(0, "route_");
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    while names.contains(&name) {
        name.push('_');
    }
    names.push(name.clone());
    Ident::new(&name, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_for_a_pattern() {
        let cases = [
            ("index.rs", "/"),
            ("health.rs", "/health"),
            ("api/index.rs", "/api"),
            ("api/reindex.rs", "/api/reindex"),
            ("api/[house]/students/year-[year].rs", "/api/[house]/students/year-[year]"),
            ("api/posts/$postId.rs", "/api/posts/$postId"),
            ("api/files/$.rs", "/api/files/$"),
            ("api/students/portrait.png.rs", "/api/students/portrait.png"),
            ("docs/[...path].md.rs", "/docs/[...path].md"),
            ("img/{$}.png.rs", "/img/{$}.png"),
            ("og/[...slug]/image.webp.rs", "/og/[...slug]/image.webp"),
            ("wiki/[[...rest]]/edit/index.rs", "/wiki/[[...rest]]/edit"),
            ("(auth)/login.rs", "/(auth)/login"),
        ];
        for (file, expected) in cases {
            assert_eq!(pattern_of(file), expected, "{file}");
        }
    }

    #[test]
    fn a_name_that_nests_by_dots_is_told_its_folders() {
        let cases = [
            ("feed[.]xml.rs", Some("feed.xml.rs")),
            ("api.rpc.$.rs", Some("api/rpc/$.rs")),
            ("api/$id.download.rs", Some("api/$id/download.rs")),
            ("api.$id.feed[.]xml.rs", Some("api/$id/feed.xml.rs")),
            ("webhooks.$webhookId.index.rs", Some("webhooks/$webhookId/index.rs")),
            ("api/[a.rs", None),
            ("api/{id}.rs", None),
        ];
        for (file, expected) in cases {
            assert_eq!(nested(file).as_deref(), expected, "{file}");
            let errors = bad_name(file, "src/routes", Span::call_site());
            let cure = expected.map_or_else(String::new, |expected| format!("name the file `{expected}`"));
            assert!(errors[0].to_string().contains(&cure) && !errors.is_empty(), "{file}: {errors:?}");
        }
    }

    #[test]
    fn module_names_are_identifiers_and_differ() {
        let files =
            ["api/[house]/year-[year].rs", "a-b.rs", "a_b.rs", "$.rs", "1.rs", "type.rs", "self.rs", "größe.rs"];
        let mut names = Vec::new();
        let found: Vec<String> = files.iter().map(|file| module_name(file, &mut names).to_string()).collect();
        assert_eq!(found, ["api__house__year_year", "a_b", "a_b_", "route_", "route_1", "type_", "self_", "größe"]);
    }
}
