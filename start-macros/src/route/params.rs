//! Which arguments of a handler are parameters of its path, which are extractors, and which are neither.

use syn::{FnArg, Ident, Pat, Type};

use crate::grammar::pattern::Segment;
use crate::grammar::suggest::closest;
use crate::item::function::Function;
use crate::signature::arguments::{Argument, ParamKind, Source, argument_name, cfgs, mistake, unraw};
use crate::signature::foreign;
use crate::signature::types::{is_extractor, is_optional, is_plain, type_text};

/// The error for an argument of a plain type that has no name.
pub const UNNAMED: &str =
    "an argument of this type is a param of the path, found by its name: write one, such as `_id`";

/// Finds out where each argument comes from. Every mistake is added to `errors`.
pub fn arguments<'a>(
    segments: &[Segment],
    pattern: &str,
    function: &'a Function,
    errors: &mut Vec<syn::Error>,
) -> Vec<Argument<'a>> {
    let params = params(segments);
    let mut found = Vec::new();
    for argument in &function.sig.inputs {
        match argument {
            FnArg::Receiver(_) => {}
            FnArg::Typed(argument) => {
                let (ty, cfgs) = (&*argument.ty, cfgs(&argument.attrs));
                if cfgs.is_empty() {
                    let source = source(&argument.pat, ty, &params, pattern, errors);
                    found.extend(source.map(|source| Argument { source, ty, cfgs }));
                } else {
                    let mut own: Vec<syn::Error> = mistake(argument, UNNAMED).into_iter().collect();
                    let source = source(&argument.pat, ty, &params, pattern, &mut own);
                    let source = own.into_iter().next().map(Source::Wrong).or(source);
                    found.extend(source.map(|source| Argument { source, ty, cfgs }));
                }
            }
        }
    }
    found
}

fn params(segments: &[Segment]) -> Vec<(&str, ParamKind)> {
    let named = segments.iter().flat_map(|segment| {
        let kind = |name| match segment {
            Segment::Optional(_) => ParamKind::Optional,
            _ if segment.catch_all() == Some(name) => ParamKind::Rest,
            _ => ParamKind::One,
        };
        segment.params().into_iter().map(move |name| (name, kind(name)))
    });
    named.collect()
}

fn source(
    pat: &Pat,
    ty: &Type,
    params: &[(&str, ParamKind)],
    pattern: &str,
    errors: &mut Vec<syn::Error>,
) -> Option<Source> {
    let is_refused = match ty {
        Type::ImplTrait(_) | Type::Reference(_) => true,
        Type::Tuple(types) => matches!(pat, Pat::Tuple(_)) && types.elems.iter().any(is_plain),
        _ => false,
    };
    if is_refused || foreign::cure(pat, ty).is_some() {
        return None;
    }
    if foreign::is_path(ty) {
        errors.push(syn::Error::new_spanned(ty, params_by_name(pat, ty, params)));
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

/// What to write in place of `Path(id): Path<u32>`.
fn params_by_name(pat: &Pat, ty: &Type, params: &[(&str, ParamKind)]) -> String {
    let types = foreign::path_types(ty);
    let is_by_place =
        types.len() == params.len() && (types.len() > 1 || types.iter().all(|ty| !ty.ends_with("Params")));
    let arguments = params.iter().enumerate().map(|(index, (name, _))| {
        let ty = types.get(index).filter(|_| is_by_place).map_or("String", String::as_str);
        format!("{}: {ty}", name.trim_start_matches('_'))
    });
    let arguments: Vec<String> = arguments.collect();
    match params {
        [] => {
            let (name, ty) = (argument_name(pat).map_or("id".to_owned(), unraw), types.first().cloned());
            let ty = ty.unwrap_or_else(|| "u32".to_owned());
            format!(
                "`Path` needs another router, and this path has no params: write `[{name}]` in it, and take `{name}: {ty}`"
            )
        }
        [(name, _)] => format!("`Path` needs another router: take `{}` for `[{name}]`", arguments.join(", ")),
        _ => format!("`Path` needs another router: take each param by its name, `{}`", arguments.join(", ")),
    }
}

/// The parameter that an argument names: the same name, or the same but for `_` and case.
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
