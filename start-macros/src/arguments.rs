//! Checks of a handler's arguments: which are params of the path, which extractors, and which neither.

use quote::ToTokens;
use syn::{FnArg, Ident, Pat, PatType, Type};

use crate::grammar::pattern::Segment;
use crate::grammar::suggest::closest;
use crate::handler::{Function, argument_name, type_text, unraw};

/// An argument of a handler.
pub struct Argument<'a> {
    pub source: Source,
    pub ty: &'a Type,
}

/// Where the value of an argument comes from.
pub enum Source {
    /// A param of the path, by the name in the pattern.
    Param { name: String, kind: ParamKind },
    /// An extractor, with the name that was given to its value.
    Extractor { name: String },
}

/// How often a param of the path is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    One,
    Optional,
    Rest,
}

/// Arguments that no path makes right.
pub fn check_arguments(function: &Function, errors: &mut Vec<syn::Error>) {
    for argument in &function.sig.inputs {
        let (at, message): (&dyn ToTokens, _) = match argument {
            FnArg::Receiver(receiver) => {
                (receiver, "a handler has no `self`: take shared state as `Data<T>`".to_owned())
            }
            FnArg::Typed(PatType { pat, ty, .. }) => match (&**pat, &**ty) {
                (_, Type::Reference(reference)) => {
                    (ty, format!("a handler owns its arguments: take `{}`", owned(&reference.elem)))
                }
                (_, Type::ImplTrait(_)) => {
                    (ty, "the router cannot know which type is meant: write one, such as `String`".to_owned())
                }
                (Pat::Wild(_), ty) if is_plain(ty) => (
                    pat,
                    "an argument of this type is a param of the path, found by its name: write one, such as `_id`"
                        .to_owned(),
                ),
                _ => continue,
            },
        };
        errors.push(syn::Error::new_spanned(at, message));
    }
}

/// Finds out where each argument comes from. Every mistake is added to `errors`.
pub fn arguments<'a>(
    segments: &[Segment],
    pattern: &str,
    function: &'a Function,
    errors: &mut Vec<syn::Error>,
) -> Vec<Argument<'a>> {
    let params: Vec<(&str, ParamKind)> = segments
        .iter()
        .flat_map(|segment| {
            let kind = match segment {
                Segment::Optional(_) => ParamKind::Optional,
                Segment::Rest(_) | Segment::OptionalRest(_) => ParamKind::Rest,
                Segment::Literal(_) | Segment::Dynamic(_) => ParamKind::One,
            };
            segment.params().into_iter().map(move |name| (name, kind))
        })
        .collect();
    let mut found = Vec::new();
    for argument in &function.sig.inputs {
        match argument {
            FnArg::Receiver(_) => {}
            FnArg::Typed(argument) => {
                if let Some(source) = source(&argument.pat, &argument.ty, &params, pattern, errors) {
                    found.push(Argument { source, ty: &argument.ty });
                }
            }
        }
    }
    found
}

fn source(
    pat: &Pat,
    ty: &Type,
    params: &[(&str, ParamKind)],
    pattern: &str,
    errors: &mut Vec<syn::Error>,
) -> Option<Source> {
    if matches!(ty, Type::ImplTrait(_) | Type::Reference(_)) {
        return None;
    }
    let name = argument_name(pat);
    if let (Pat::Ident(_), Some(ident)) = (pat, name) {
        if let Some((name, kind)) = param(ident, params).filter(|_| !is_extractor(ty)) {
            if kind == ParamKind::One && is_optional(ty) {
                let message = format!(
                    "`{name}` is never missing from the path `{pattern}`: leave out `Option`, or write the param as `[[{name}]]`"
                );
                errors.push(syn::Error::new_spanned(ty, message));
                return None;
            }
            return Some(Source::Param { name: name.to_owned(), kind });
        }
        if is_plain(ty) {
            errors.push(syn::Error::new(ident.span(), no_such_param(ident, ty, params, pattern)));
            return None;
        }
    }
    Some(Source::Extractor { name: name.map(unraw).unwrap_or_default() })
}

/// The param that an argument names: the same name, or the same but for `_` and case.
fn param<'a>(ident: &Ident, params: &[(&'a str, ParamKind)]) -> Option<(&'a str, ParamKind)> {
    let written = unraw(ident);
    let bare = |name: &str| name.replace('_', "").to_lowercase();
    let exact = params.iter().find(|(name, _)| *name == written);
    exact.or_else(|| params.iter().find(|(name, _)| bare(name) == bare(&written))).copied()
}

fn no_such_param(ident: &Ident, ty: &Type, params: &[(&str, ParamKind)], pattern: &str) -> String {
    let name = unraw(ident);
    let cure = match (closest(&name, params.iter().map(|(name, _)| *name)), params) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => {
            format!(
                "the path has no params. For a query param take `Query<T>`, for the body `Json<T>`, or write `[{name}]` in the path"
            )
        }
        (None, params) => {
            let names: Vec<String> = params.iter().map(|(name, _)| format!("`{name}`")).collect();
            format!("it has {}. For a query param take `Query<T>`, for the body `Json<T>`", names.join(", "))
        }
    };
    format!("`{name}: {}` is not a param of the path `{pattern}`: {cure}", type_text(ty))
}

fn owned(ty: &Type) -> String {
    match type_text(ty).as_str() {
        "str" => "String".to_owned(),
        text => text.to_owned(),
    }
}

/// Types that are read from elsewhere than the path, even if the argument has the name of a param.
fn is_extractor(ty: &Type) -> bool {
    const EXTRACTORS: [&str; 8] = ["Json", "Query", "Form", "Multipart", "Header", "Cookie", "Data", "Path"];
    last_generic(ty).is_some_and(|name| EXTRACTORS.iter().any(|extractor| name == extractor))
}

fn is_optional(ty: &Type) -> bool {
    last_generic(ty).is_some_and(|name| name == "Option")
}

/// `Json` of `web::Json<T>`.
fn last_generic(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    matches!(last.arguments, syn::PathArguments::AngleBracketed(_)).then_some(&last.ident)
}

/// Types that only make sense as a param: `String` is an extractor of actix's, so that a typo in
/// an argument's name would read the body.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "String", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        syn::PathArguments::None => PLAIN.iter().any(|plain| last.ident == plain),
        syn::PathArguments::AngleBracketed(inner) if last.ident == "Option" || last.ident == "Vec" => {
            inner.args.iter().any(|argument| matches!(argument, syn::GenericArgument::Type(ty) if is_plain(ty)))
        }
        _ => false,
    }
}
