//! File routing: a folder of route files, each of which becomes a module, and the file of an attribute.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, LitStr, Token};

use crate::adapter::StepKind;
use crate::grammar::pattern;
use crate::route::exports::exports;
use crate::route::naming::{Name, Naming, nested_name};
use crate::route::{expand, unrouted};

/// The folders that `routes!` was called with in this crate, as absolute paths.
static FOLDERS: Mutex<Vec<(PathBuf, Naming)>> = Mutex::new(Vec::new());

/// What the file of an attribute says about its path.
pub enum Place {
    /// The pattern of the file.
    Pattern(String),
    /// A file whose bad name `routes!` has reported already.
    BadName,
    /// A file whose name says for this reason that it is not a route. It can be a module of the user.
    LeftOut(String),
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
    let known = folders.iter().find_map(|(folder, naming)| Some((file.strip_prefix(folder).ok()?, *naming)));
    let is_known = known.is_some();
    let found = known.map(|(file, naming)| (file.to_path_buf(), naming));
    let Some((relative, naming)) = found.or_else(|| below_routes(&file).map(|file| (file, Naming::Nested))) else {
        return Place::Elsewhere;
    };
    let Some(relative) = slashes(&relative) else { return Place::Elsewhere };
    match naming.read(&relative) {
        Name::Route(text) if is_known && pattern::parse(&text).is_err() => Place::BadName,
        Name::Route(text) => Place::Pattern(text),
        Name::LeftOut(reason) => Place::LeftOut(reason),
        Name::Bad(_) => Place::BadName,
    }
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
    /// Each file that is left out because of its name, and why.
    pub left_out: Vec<(String, String)>,
    pub middleware: Vec<Middleware>,
}

/// The `_middleware.rs` of a folder: its `middleware` and its `guard` stand before the routes of the folder.
pub struct Middleware {
    /// With slashes, below the folder of the routes.
    pub file: String,
    pub module: Ident,
    /// How many folders it is inside of.
    pub depth: usize,
    /// The modules of the route files that it stands before.
    pub below: Vec<String>,
    pub exports: Vec<StepKind>,
}

/// The name of such a file.
const MIDDLEWARE: &str = "_middleware.rs";

/// `routes!("src/routes")`: a module for each route file of the folder.
pub fn routes(input: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let folder = read_folder(input, &mut errors).map_err(|error| errors.push(error)).ok();
    let errors = errors.iter().map(syn::Error::to_compile_error);
    errors.chain(folder.as_ref().map(expand::folder)).collect()
}

/// What `routes!` takes: the folder, and `flat` if its names nest by dots.
fn arguments(input: ParseStream<'_>) -> syn::Result<(LitStr, Naming)> {
    let folder = input.parse().map_err(|_| {
        let message =
            "`routes!` takes the folder of the routes: `mod routes { start_runtime::routes!(\"src/routes\"); }`";
        syn::Error::new(Span::call_site(), message)
    })?;
    let expected = "behind the folder, `routes!` takes only `flat`: `start_runtime::routes!(\"src/routes\", flat)`";
    let mut naming = Naming::Nested;
    if !input.is_empty() {
        input.parse::<Token![,]>().map_err(|error| syn::Error::new(error.span(), expected))?;
        if !input.is_empty() {
            let word: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), expected))?;
            if word != "flat" {
                return Err(syn::Error::new(word.span(), expected));
            }
            naming = Naming::Flat;
            input.parse::<Option<Token![,]>>()?;
        }
    }
    if input.is_empty() { Ok((folder, naming)) } else { Err(syn::Error::new(input.span(), expected)) }
}

/// Reads the folder. A file with a bad name adds an error and still gets its module.
fn read_folder(input: TokenStream, errors: &mut Vec<syn::Error>) -> syn::Result<Folder> {
    let (folder, naming) = arguments.parse2(input)?;
    let missing = |reason: &str| {
        let message =
            format!("the folder `{}` {reason}: name a folder of this package, such as `src/routes`", folder.value());
        syn::Error::new(folder.span(), message)
    };
    let root = package().ok_or_else(|| missing("cannot be looked for without cargo"))?.join(folder.value());
    let root = root.canonicalize().map_err(|error| missing(&format!("cannot be read ({error})")))?;
    let files = rust_files(&root).map_err(|error| missing(&format!("cannot be read ({error})")))?;
    if let Ok(mut folders) = FOLDERS.lock() {
        folders.push((root.clone(), naming));
    }
    let (mut modules, mut left_out, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let (found, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.rsplit('/').next() == Some(MIDDLEWARE));
    for file in files {
        let name = naming.read(&file);
        for mistake in mistakes(&file, naming, &name) {
            errors.push(syn::Error::new(folder.span(), format!("`{}/{file}`: {mistake}", folder.value())));
        }
        if let Name::LeftOut(reason) = name {
            left_out.push((file, reason));
        } else {
            let mistake = unrouted::mistake(&root, &file, &folder.value());
            errors.extend(mistake.map(|message| syn::Error::new(folder.span(), message)));
            let module = module_name(&file, &mut names);
            modules.push((file, module));
        }
    }
    let mut middleware = Vec::new();
    for file in found {
        let exports = exports(&fs::read_to_string(root.join(&file)).unwrap_or_default());
        errors.extend(exports.is_empty().then(|| no_step(&file, &folder)));
        middleware.push(self::middleware(file, exports, &modules, &mut names));
    }
    Ok(Folder { path: root.to_string_lossy().into_owned(), name: folder, modules, left_out, middleware })
}

fn middleware(
    file: String,
    exports: Vec<StepKind>,
    modules: &[(String, Ident)],
    names: &mut Vec<String>,
) -> Middleware {
    let inside = file.strip_suffix(MIDDLEWARE).unwrap_or_default();
    let below = modules.iter().filter(|(route, _)| route.starts_with(inside));
    let below = below.map(|(_, module)| module.to_string()).collect();
    Middleware { module: module_name(&file, names), depth: inside.matches('/').count(), below, exports, file }
}

/// The folder would stay open.
fn no_step(file: &str, folder: &LitStr) -> syn::Error {
    let message = format!(
        "`{}/{file}` has no `guard` and no `middleware`: write `pub use crate::auth::require_user as guard;` there, or `pub async fn middleware(event: APIEvent, next: Next) -> Response`",
        folder.value()
    );
    syn::Error::new(folder.span(), message)
}

/// What is wrong with the name of a file.
fn mistakes(file: &str, naming: Naming, name: &Name) -> Vec<String> {
    let text = match name {
        Name::Route(text) => text,
        Name::Bad(mistake) => return vec![mistake.clone()],
        Name::LeftOut(_) => return Vec::new(),
    };
    let mistakes = pattern::parse(text).err().unwrap_or_default();
    let nested = nested_name(file).filter(|nested| {
        let nested = Naming::Nested.read(nested);
        naming == Naming::Nested && matches!(nested, Name::Route(text) if pattern::parse(&text).is_ok())
    });
    match nested {
        Some(nested) if !mistakes.is_empty() => vec![format!(
            "a dot is a dot here, and needs no brackets; folders nest: name the file `{nested}`, or let all names nest by dots, with `routes!(…, flat)`"
        )],
        _ => mistakes.iter().map(|mistake| mistake.shown_in(text)).collect(),
    }
}

/// The paths of the `.rs` files below a folder, with slashes, sorted.
fn rust_files(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
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
    fn a_nested_folder_tells_flat_names_how_they_are_called() {
        let cases = [
            ("feed[.]xml.rs", "name the file `feed.xml.rs`"),
            ("[.]well-known/jwks[.]json.rs", "name the file `.well-known/jwks.json.rs`"),
            ("api.rpc.$.rs", "name the file `api/rpc/$.rs`"),
            ("api/$id.download.rs", "name the file `api/$id/download.rs`"),
            ("posts_.$postId.edit.rs", "name the file `posts/$postId/edit.rs`"),
            ("$lang.about.rs", "name the file `$lang/about.rs`"),
            ("docs.$version.{$}[.]md.rs", "name the file `docs/$version/{$}.md.rs`"),
            ("api/{-$lang}.about.rs", "name the file `api/{-$lang}/about.rs`"),
            ("api/[a.rs", "unclosed `[`"),
            ("api/{id}.rs", "{$id}"),
        ];
        for (file, cure) in cases {
            let found = mistakes(file, Naming::Nested, &Naming::Nested.read(file));
            assert!(found.iter().any(|mistake| mistake.contains(cure)), "{file}: {found:?}");
        }
    }

    #[test]
    fn a_flat_folder_tells_what_is_wrong_with_the_pattern() {
        let found = mistakes("users.$.{$}.rs", Naming::Flat, &Naming::Flat.read("users.$.{$}.rs"));
        assert!(found[0].contains("one catch-all") && found[0].contains("/users/$/{$}"), "{found:?}");
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
