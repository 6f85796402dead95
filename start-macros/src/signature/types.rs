//! What can be known from the spelling of a type: a macro sees nothing else of it.

use quote::ToTokens as _;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// The text of a type as a person writes it.
pub fn type_text(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" > ", ">")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace("& ", "&")
}

/// The type to take in place of a reference to `ty`.
pub fn owned(ty: &Type) -> String {
    match type_text(ty).as_str() {
        "str" => "String".to_owned(),
        text => text.to_owned(),
    }
}

/// Whether a type is read from elsewhere than the path, even if the argument has a parameter's name.
pub fn is_extractor(ty: &Type) -> bool {
    const EXTRACTORS: [&str; 8] = ["Json", "Query", "Form", "Multipart", "Header", "Cookie", "Data", "Path"];
    last_generic(ty).is_some_and(|name| EXTRACTORS.iter().any(|extractor| name == extractor))
}

/// Whether a type is an `Option`.
pub fn is_optional(ty: &Type) -> bool {
    last_generic(ty).is_some_and(|name| name == "Option")
}

/// `Json` of `web::Json<T>`.
fn last_generic(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    matches!(last.arguments, PathArguments::AngleBracketed(_)).then_some(&last.ident)
}

/// Whether a type makes sense only as a value with a name. actix has an extractor for `String`, so
/// a typo in such an argument's name would read the body.
pub fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "String", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::None => PLAIN.iter().any(|plain| last.ident == plain),
        PathArguments::AngleBracketed(inner) if last.ident == "Option" || last.ident == "Vec" => {
            inner.args.iter().any(|argument| matches!(argument, GenericArgument::Type(ty) if is_plain(ty)))
        }
        _ => false,
    }
}
