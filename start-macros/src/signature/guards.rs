//! Which arguments may be found by an extractor function: these are read before all others.

use syn::{GenericArgument, PathArguments, Type};

use crate::signature::arguments::{Argument, Source};
use crate::signature::types::is_plain;

/// Types that are read from a request in another way, by the last word of their path.
const OTHERS: [&str; 17] = [
    "Json",
    "Query",
    "Form",
    "Multipart",
    "Header",
    "Cookie",
    "Data",
    "Path",
    "Either",
    "APIEvent",
    "HttpRequest",
    "Request",
    "Bytes",
    "BytesMut",
    "Payload",
    "Params",
    "Locals",
];
/// Those among them that are made of the body.
const BODIES: [&str; 6] = ["Json", "Form", "Multipart", "Bytes", "BytesMut", "Payload"];

/// Whether the type of an argument may be that of an extractor function. Its spelling is all that is known: for a name
/// that is not listed, the compiler decides.
pub fn may_be_guard(argument: &Argument<'_>) -> bool {
    matches!(argument.source, Source::Extractor { .. }) && may_be_found(argument.ty)
}

fn may_be_found(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::AngleBracketed(_) if last.ident == "Option" || last.ident == "Result" => {
                first_generic(ty).is_some_and(may_be_found)
            }
            _ => !is_plain(ty) && !OTHERS.iter().any(|other| last.ident == other),
        }),
        Type::Paren(inner) => may_be_found(&inner.elem),
        Type::Group(inner) => may_be_found(&inner.elem),
        Type::Macro(_) => true,
        _ => false,
    }
}

/// The name of the body's extractor, if a type is one, also inside of others.
pub fn body_extractor(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if BODIES.iter().any(|body| last.ident == body) {
        return Some(last.ident.to_string());
    }
    let PathArguments::AngleBracketed(generics) = &last.arguments else { return None };
    let is_wrapper = ["Option", "Result", "Either"].iter().any(|wrapper| last.ident == wrapper);
    generics.args.iter().filter(|_| is_wrapper).find_map(|argument| match argument {
        GenericArgument::Type(ty) => body_extractor(ty),
        _ => None,
    })
}

/// `T` of `Option<T>` and of `Result<T, E>`.
pub fn first_generic(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(generics) = &path.path.segments.last()?.arguments else { return None };
    generics.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
