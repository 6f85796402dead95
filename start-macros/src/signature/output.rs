//! What a handler returns, judged by its spelling: forms of other frameworks, and what no handler can return.

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeImplTrait, TypeParamBound};

use crate::item::function::Function;
use crate::signature::types::{owned, type_text};

/// Adds an error for what cannot be returned. Returns whether the compiler can still make sense of the function.
pub fn check(function: &Function, errors: &mut Vec<syn::Error>) -> bool {
    let ReturnType::Type(_, ty) = &function.sig.output else { return true };
    let errors_before = errors.len();
    borrowed(ty, errors);
    let is_sound = errors.len() == errors_before;
    for ty in values(ty) {
        errors.extend(statuses(ty).or_else(|| parts(ty)));
        if let Type::ImplTrait(ty) = ty {
            errors.extend(foreign_trait(ty));
        }
    }
    is_sound
}

/// The type itself, or the types inside of a `Result` or an `Option`.
fn values(ty: &Type) -> Vec<&Type> {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && (last.ident == "Result" || last.ident == "Option")
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
    {
        let inner = arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(values(ty)),
            _ => None,
        });
        return inner.flatten().collect();
    }
    vec![ty]
}

/// References without a lifetime: a handler has nothing that they could borrow from.
fn borrowed(ty: &Type, errors: &mut Vec<syn::Error>) {
    match ty {
        Type::Reference(reference) if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_") => {
            let cure = match type_text(&reference.elem).as_str() {
                "str" => "`String`, or `&'static str` for a text of the program".to_owned(),
                _ => format!("`{}`", owned_value(&reference.elem)),
            };
            errors.push(syn::Error::new_spanned(reference, format!("a handler returns what it owns: write {cure}")));
        }
        Type::Reference(reference) => borrowed(&reference.elem, errors),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| borrowed(ty, errors)),
        Type::Slice(slice) => borrowed(&slice.elem, errors),
        Type::Array(array) => borrowed(&array.elem, errors),
        Type::Paren(paren) => borrowed(&paren.elem, errors),
        Type::Group(group) => borrowed(&group.elem, errors),
        Type::Path(path) => {
            for segment in &path.path.segments {
                let PathArguments::AngleBracketed(arguments) = &segment.arguments else { continue };
                for argument in &arguments.args {
                    match argument {
                        GenericArgument::Type(ty) => borrowed(ty, errors),
                        GenericArgument::Lifetime(lifetime) if lifetime.ident == "_" => {
                            let message =
                                "a handler returns what it owns: write `'static`, or a type that borrows nothing";
                            errors.push(syn::Error::new_spanned(lifetime, message));
                        }
                        _ => {}
                    }
                }
            }
        }
        _ => {}
    }
}

fn owned_value(ty: &Type) -> String {
    match ty {
        Type::Slice(slice) => format!("Vec<{}>", type_text(&slice.elem)),
        ty => owned(ty),
    }
}

/// A number beside a value is meant as its status.
fn statuses(ty: &Type) -> Option<syn::Error> {
    let Type::Tuple(tuple) = ty else { return None };
    let elems: Vec<String> = tuple.elems.iter().map(type_text).collect();
    let [first, second] = elems.as_slice() else { return None };
    let is_number =
        |ty: &str| matches!(ty, "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64");
    let cure = match (first.as_str(), second.as_str()) {
        ("u16", value) if !is_number(value) => format!("(StatusCode, {value})"),
        (value, "u16") if !is_number(value) => format!("({value}, StatusCode)"),
        _ => return None,
    };
    let message = format!(
        "a status is a `StatusCode`, not a number: write `{cure}` (for JSON, a list of both: `Json<({first}, {second})>`)"
    );
    Some(syn::Error::new_spanned(tuple, message))
}

/// `(StatusCode, headers, value)`, as axum has it.
fn parts(ty: &Type) -> Option<syn::Error> {
    let Type::Tuple(tuple) = ty else { return None };
    let is_status = |ty: &Type| type_text(ty).ends_with("StatusCode");
    let is_headers = |ty: &Type| {
        let text = type_text(ty);
        let is_list = matches!(ty, Type::Array(_)) && (text.contains("Header") || text.starts_with("[(&'static str"));
        text.ends_with("HeaderMap") || text.starts_with("AppendHeaders") || is_list
    };
    let (status, headers) = (tuple.elems.iter().any(is_status), tuple.elems.iter().any(is_headers));
    let message = if headers || status && tuple.elems.len() > 2 {
        "headers are set on a `Response`: write `Response::new(text).status(201).header(\"X-Name\", \"value\")` (`Response::json(&value)` for JSON), and return `Response`"
    } else {
        return None;
    };
    Some(syn::Error::new_spanned(tuple, message))
}

/// `impl IntoResponse`: another framework's trait.
fn foreign_trait(ty: &TypeImplTrait) -> Option<syn::Error> {
    let name = ty.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    })?;
    matches!(name.as_str(), "IntoResponse" | "Reply" | "Writer" | "Scribe").then(|| {
        let message = format!(
            "`{name}` is another framework's: return the value itself, such as `String`, `Json<T>` or `Response`, or `impl Responder` of actix"
        );
        syn::Error::new_spanned(ty.to_token_stream(), message)
    })
}
