//! Extractors of other frameworks, by their names, and what a handler takes here instead.
//!
//! A macro does not know what a name means: a name that the file defines, or imports from elsewhere, is the user's own.

use quote::ToTokens as _;
use syn::{Ident, Pat, PathArguments, Type};

use crate::item::surroundings::place;
use crate::signature::types::type_text;

/// Names, and what to write in place of an argument of that type. `T` is the type in the angle brackets.
const EXTRACTORS: [(&str, &str); 13] = [
    ("State", "state is registered with `Start::data`: take `state: Data<T>`"),
    (
        "Extension",
        "shared state is registered with `Start::data`: take `state: Data<T>` (values of one request are in `event.locals`)",
    ),
    ("TypedHeader", "a header is named by its argument: take `user_agent: Header<String>`"),
    ("Host", "take `event: APIEvent`: the host is in `event.request.url()`"),
    ("ConnectInfo", "take `event: APIEvent`: the address is `event.request.http().peer_addr()`"),
    ("OriginalUri", "take `event: APIEvent`: it is `event.request.uri()`"),
    ("MatchedPath", "take `http: HttpRequest` of actix: the pattern is in its extensions, as `start_runtime::Matched`"),
    ("RawQuery", "take `event: APIEvent`: it is `event.request.query_string()`"),
    ("RawForm", "take `event: APIEvent`: it is `event.request.bytes().await?`"),
    (
        "HeaderMap",
        "take `event: APIEvent`: they are `event.request.headers()`, or take one by its name: `user_agent: Header<String>`",
    ),
    (
        "CookieJar",
        "take `event: APIEvent`: they are `event.cookies()`, or take one by its name: `theme: Cookie<String>`",
    ),
    (
        "WebSocketUpgrade",
        "write `#[ws_route(\"/…\")]` in place of the attribute, and take the open socket: `socket: WebSocket`",
    ),
    ("TempFile", "take `Multipart<T>` with a field `UploadedFile`"),
];

/// What to write in place of an argument that is an extractor of another framework.
pub fn cure(pat: &Pat, ty: &Type) -> Option<String> {
    let ty = match ty {
        Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    if let Some(inner) = destructured_data(pat, ty) {
        return Some(inner);
    }
    let (name, inner) = last(ty)?;
    let (_, cure) = EXTRACTORS.iter().find(|(extractor, _)| name == extractor)?;
    if !is_bare(ty) || is_of_the_user(name) {
        return None;
    }
    Some(format!(
        "`{name}` is another framework's: {}",
        cure.replace("<T>", &format!("<{}>", inner.unwrap_or("T".into())))
    ))
}

/// Whether a type is `Path<…>`: of actix, or of another framework that hands params over by their place.
pub fn is_path(ty: &Type) -> bool {
    last(ty).is_some_and(|(name, inner)| name == "Path" && inner.is_some() && !(is_bare(ty) && is_of_the_user(name)))
}

/// The types that a `Path<…>` names, in order.
pub fn path_types(ty: &Type) -> Vec<String> {
    let Type::Path(path) = ty else { return Vec::new() };
    let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments) else {
        return Vec::new();
    };
    let inner = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(Type::Tuple(tuple)) => Some(tuple.elems.iter().map(type_text).collect()),
        syn::GenericArgument::Type(ty) => Some(vec![type_text(ty)]),
        _ => None,
    });
    inner.flatten().collect()
}

/// `Data(db): Data<Db>`: `Data` has no field that a pattern can name.
fn destructured_data(pat: &Pat, ty: &Type) -> Option<String> {
    let Pat::TupleStruct(pattern) = pat else { return None };
    if pattern.path.segments.last()?.ident != "Data" || last(ty)?.0 != "Data" {
        return None;
    }
    let name = pattern.elems.first().map_or("db".to_owned(), |inner| inner.to_token_stream().to_string());
    Some(format!("`Data` is a pointer, which a pattern cannot take apart: take `{name}: {}`", type_text(ty)))
}

/// The name of a type, and the text in its angle brackets.
fn last(ty: &Type) -> Option<(&Ident, Option<String>)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(inner) => {
            let text = inner.args.to_token_stream().to_string();
            syn::parse_str::<Type>(&text).ok().map(|ty| type_text(&ty)).or(Some(text))
        }
        _ => None,
    };
    Some((&last.ident, inner))
}

fn is_bare(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.len() == 1)
}

/// Whether the file defines the name, imports it from elsewhere than another framework, or imports everything from a place
/// that may have it. Where the file cannot be read, it may.
fn is_of_the_user(name: &Ident) -> bool {
    place(name).is_none_or(|place| is_known(&place.source.text, &name.to_string()))
}

fn is_known(text: &str, name: &str) -> bool {
    const OTHERS: [&str; 7] = ["axum", "axum_extra", "actix_web", "rocket", "poem", "salvo", "warp"];
    let words = |line: &str| -> Vec<String> {
        let words = line.split(|char: char| char != '_' && !char.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    text.split([';', '{', '}']).any(|piece| {
        let words = words(piece);
        words
            .windows(2)
            .any(|pair| matches!(pair[0].as_str(), "struct" | "enum" | "union" | "type" | "trait") && pair[1] == name)
    }) || text.split(';').any(|piece| {
        let Some(at) = piece.rfind("use ") else { return false };
        let from_the_margin = at == 0 || piece[..at].ends_with('\n') || piece[..at].ends_with("pub ");
        let words = words(&piece[at + 4..]);
        let source = words.iter().find(|word| *word != "r" && *word != "start_runtime").cloned().unwrap_or_default();
        let is_other = OTHERS.contains(&source.as_str());
        let is_prelude = piece[at..].contains("prelude::*");
        let takes_all = piece.contains("::*") && from_the_margin && !is_prelude;
        !is_other && (takes_all || words.iter().any(|word| word == name))
    })
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn a_name_that_the_file_defines_or_imports_is_its_own() {
        let cases = [
            ("use start_runtime::prelude::*;\n", false),
            ("use axum::extract::State;\n", false),
            ("use axum::extract::{Path, State};\n", false),
            ("use start_runtime::actix_web::web::State;\n", false),
            ("use crate::extract::State;\n", true),
            ("use crate::extract::{Other, State};\n", true),
            ("use crate::extract::*;\n", true),
            ("mod a {\n    use super::*;\n}\n", false),
            ("struct State<T>(T);\n", true),
            ("pub type State<T> = Data<T>;\n", true),
            ("struct AppState;\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_known(text, "State"), expected, "{text}");
        }
    }
}
