//! Arguments that read the body of a request: it is read once, and not every method has one.

use syn::{FnArg, GenericArgument, PathArguments, Type};

use crate::item::function::Function;
use crate::signature::arguments::cfgs;
use crate::signature::types::type_text;

/// Adds an error for each body after the first.
pub fn check_one(function: &Function, errors: &mut Vec<syn::Error>) {
    let bodies: Vec<&Type> = bodies(function).collect();
    let [first, more @ ..] = bodies.as_slice() else { return };
    for second in more {
        let (first, other) = (type_text(first), type_text(second));
        let kind = |text: &str| text.split('<').next().map(str::to_owned);
        let either = if kind(&first) == kind(&other) {
            String::new()
        } else {
            format!(", or `Either<{first}, {other}>` (of actix) if a client sends one or the other")
        };
        let cure =
            format!("a body is read once, and `{first}` reads it: take one type with the fields of both{either}");
        errors.push(syn::Error::new_spanned(second, cure));
    }
}

/// Adds an error for a body where all methods are GET or HEAD.
pub fn check_methods(methods: &[&str], function: &Function, errors: &mut Vec<syn::Error>) {
    if methods.is_empty() || methods.iter().any(|method| !matches!(*method, "GET" | "HEAD")) {
        return;
    }
    // A raw payload may be that of an upgrade.
    for body in bodies(function).filter(|body| inner(body).is_some()) {
        let query = inner(body).map_or("Query<T>".to_owned(), |inner| format!("Query<{}>", type_text(inner)));
        let message = format!(
            "a {} request has no body (RFC 9110, section 9.3.1): take `{query}`, or answer POST",
            methods.join(" or ")
        );
        errors.push(syn::Error::new_spanned(body, message));
    }
}

/// Adds an error for each body of a request that has none, whatever its type.
pub fn check_none(message: &str, function: &Function, errors: &mut Vec<syn::Error>) {
    errors.extend(bodies(function).map(|body| syn::Error::new_spanned(body, message)));
}

/// The types of the arguments that read the body. One under a condition may not be there.
fn bodies(function: &Function) -> impl Iterator<Item = &Type> {
    function.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) if cfgs(&argument.attrs).is_empty() && is_body(&argument.ty) => Some(&*argument.ty),
        _ => None,
    })
}

/// Whether a type reads the body, by its name. What has another name is found when the program starts.
fn is_body(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let inside = || generics(ty).any(is_body);
    match last.ident.to_string().as_str() {
        "Json" | "Form" | "Multipart" => !matches!(last.arguments, PathArguments::None),
        "Bytes" | "Payload" => matches!(last.arguments, PathArguments::None),
        "Option" | "Result" | "Either" => inside(),
        _ => false,
    }
}

/// `T` of `Json<T>`, also in an `Option` or a `Result`.
fn inner(ty: &Type) -> Option<&Type> {
    let inner = generics(ty).next()?;
    if is_body(inner) { self::inner(inner) } else { Some(inner) }
}

fn generics(ty: &Type) -> impl Iterator<Item = &Type> {
    let arguments = match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.arguments),
        _ => None,
    };
    let arguments = match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
