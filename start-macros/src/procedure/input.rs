//! Which argument of a procedure is its input, and which are extractors.

use syn::{FnArg, Ident, Pat, PatType, Type};

use crate::item::function::Function;
use crate::signature::arguments::{Argument, Source, argument_name, cfgs, mistake, unraw};
use crate::signature::guards::{body_extractor, first_generic};
use crate::signature::types::{is_plain, type_text};

/// The error for an argument of a plain type that is not the input.
pub const UNNAMED: &str =
    "an argument of this type is the input, which has that name: write `input`, such as `input: String`";

/// Finds out where each argument comes from. Every mistake is added to `errors`.
pub fn arguments<'a>(function: &'a Function, errors: &mut Vec<syn::Error>) -> Vec<Argument<'a>> {
    let mut found = Vec::new();
    let mut first: Option<String> = None;
    for argument in &function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let (ty, cfgs) = (&*argument.ty, cfgs(&argument.attrs));
        let mut own = Vec::new();
        let source = source(argument, &mut own);
        if is_input(&source, ty) && cfgs.is_empty() {
            let written = type_text(ty);
            match &first {
                Some(first) => own.push(second(first, ty)),
                None => first = Some(written),
            }
        }
        if cfgs.is_empty() {
            let is_wrong = !own.is_empty();
            errors.append(&mut own);
            if !is_wrong {
                found.push(Argument { source, ty, cfgs });
            }
        } else {
            let mistakes = mistake(argument, UNNAMED).into_iter().chain(own);
            let source = mistakes.into_iter().next().map_or(source, Source::Wrong);
            found.push(Argument { source, ty, cfgs });
        }
    }
    found
}

fn is_input(source: &Source, ty: &Type) -> bool {
    matches!(source, Source::Input { .. }) || is_body(ty)
}

/// The type of an argument that is the body of the request as it is.
pub fn body(function: &Function) -> Option<&Type> {
    let types = function.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some(&*argument.ty),
        FnArg::Receiver(_) => None,
    });
    types.into_iter().find(|ty| is_raw_body(ty))
}

/// Whether a type is a form with files, or bytes: what no query in a URL can be.
fn is_raw_body(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "OctetStream" || last.ident == "Multipart")
}

/// Whether a type is the body of the request as it is: a form, or bytes.
fn is_body(ty: &Type) -> bool {
    let is_octets = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "OctetStream"),
        _ => false,
    };
    is_octets(ty) || body_extractor(ty).is_some()
}

fn second(first: &str, ty: &Type) -> syn::Error {
    let message = format!("a procedure has one input, and `{first}` is it: take one struct with the fields of both");
    syn::Error::new_spanned(ty, message)
}

fn source(PatType { pat, ty, .. }: &PatType, errors: &mut Vec<syn::Error>) -> Source {
    let name = argument_name(pat);
    let text = name.map(unraw).unwrap_or_default();
    if is_wrapped(ty) {
        return Source::Input { is_wrapped: true };
    }
    if let Some(cure) = not_here(ty) {
        errors.push(syn::Error::new_spanned(ty, cure));
        return Source::Extractor { name: text };
    }
    let is_named = matches!(**pat, Pat::Ident(_)) && text.trim_start_matches('_') == "input";
    if is_named && !is_body(ty) {
        return Source::Input { is_wrapped: false };
    }
    if let (Pat::Ident(_), Some(name)) = (&**pat, name)
        && is_plain(ty)
        && !is_named
    {
        errors.push(syn::Error::new(name.span(), other_name(name, ty)));
    }
    Source::Extractor { name: text }
}

fn other_name(name: &Ident, ty: &Type) -> String {
    let name = unraw(name);
    format!(
        "`{name}: {ty}` is not the input, which has that name: write `input: {ty}`, or take a struct with a field `{name}` as `input`",
        ty = type_text(ty)
    )
}

/// `trpc::Input<T>`.
fn is_wrapped(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Input") && first_generic(ty).is_some()
}

/// What to take in place of an extractor that reads what belongs to tRPC.
fn not_here(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = &path.path.segments.last()?.ident;
    let inner = first_generic(ty).map(type_text)?;
    if last == "Option" || last == "Result" {
        return first_generic(ty).and_then(not_here);
    }
    let part = match last.to_string().as_str() {
        "Json" | "Form" => "body",
        "Query" => "query",
        "Path" => "path",
        _ => return None,
    };
    Some(format!("the {part} of a request belongs to tRPC: take the input, `input: {inner}`"))
}
