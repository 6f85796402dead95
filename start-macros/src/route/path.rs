//! The pattern of a route: the prefixes of its modules and its own path, joined and read.

use proc_macro2::Span;
use syn::LitStr;

use crate::grammar::pattern::{self, Segment};
use crate::route::args::Args;
use crate::route::scope::Scope;

/// A prefix followed by a path.
pub fn join(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        ("" | "/", path) => path.to_owned(),
        (prefix, "/") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
}

/// The whole pattern of a function; an error if there is none.
pub fn full_pattern(args: &Args, scope: &Scope, errors: &mut Vec<syn::Error>) -> Option<String> {
    match &args.path {
        Some(path) => Some(join(&scope.prefix, &path.value())),
        None if !scope.prefix.is_empty() => Some(scope.prefix.clone()),
        None if args.broken => None,
        None => {
            let attribute = scope.kind.name();
            errors.push(syn::Error::new(
                Span::call_site(),
                format!("a route needs a path: `#[{attribute}(\"/students\")]`, or a file in a folder of `start_runtime::routes!`"),
            ));
            None
        }
    }
}

/// Where mistakes of the pattern are shown: at the literal that completes it.
pub fn span(args: &Args, scope: &Scope) -> Span {
    args.path.as_ref().map_or(scope.prefix_span, LitStr::span)
}

/// Reads a pattern; each mistake becomes an error at the literal.
pub fn segments(text: &str, span: Span) -> Result<Vec<Segment>, Vec<syn::Error>> {
    pattern::parse(text)
        .map_err(|mistakes| mistakes.iter().map(|mistake| syn::Error::new(span, mistake.shown_in(text))).collect())
}
