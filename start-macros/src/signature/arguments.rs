//! The arguments of a handler: where each value comes from, and which arguments no handler can have.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, FnArg, Ident, Meta, Pat, PatType, Type};

use crate::item::function::Function;
use crate::signature::foreign;
use crate::signature::types::{is_plain, owned, type_text};

/// How many arguments a handler may have: the runtime reads them by an impl for each number.
const MOST: usize = 24;

/// An argument of a handler.
pub struct Argument<'a> {
    pub source: Source,
    pub ty: &'a Type,
    /// The conditions under which the argument is there: the compiler has not removed any yet.
    pub cfgs: Vec<&'a Attribute>,
}

/// Where the value of an argument comes from.
pub enum Source {
    /// A parameter of the path, by its name in the pattern.
    Param { name: String, kind: ParamKind },
    /// The input of a procedure; whether its type is the wrapper of one.
    Input { is_wrapped: bool },
    /// An extractor, with the name that the function gives to its value.
    Extractor { name: String },
    /// Nowhere: a mistake, if the conditions of the argument hold.
    Wrong(syn::Error),
}

/// How often a parameter of the path is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    One,
    Optional,
    Rest,
}

/// The attributes that decide whether an argument is there: `#[cfg(…)]`, also in a `cfg_attr`.
pub fn cfgs(attrs: &[Attribute]) -> Vec<&Attribute> {
    let has_cfg = |attr: &Attribute| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => list
            .tokens
            .clone()
            .into_iter()
            .skip(1)
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "cfg")),
        meta => meta.path().is_ident("cfg"),
    };
    attrs.iter().filter(|attr| has_cfg(attr)).collect()
}

/// Checks the arguments by their types alone. `unnamed` is the error for a plain type such as
/// `String` that has no name to be found by. An argument with a `cfg` may not be there: its mistake is [`Source::Wrong`].
pub fn check(function: &Function, unnamed: &str, errors: &mut Vec<syn::Error>) {
    if let Some(argument) = function.sig.inputs.iter().nth(MOST) {
        let message = format!("a handler has at most {MOST} arguments: take several params from `event.params`");
        errors.push(syn::Error::new_spanned(argument, message));
    }
    for argument in &function.sig.inputs {
        errors.extend(match argument {
            FnArg::Receiver(receiver) => {
                Some(syn::Error::new_spanned(receiver, "a handler has no `self`: take shared state as `Data<T>`"))
            }
            FnArg::Typed(argument) if cfgs(&argument.attrs).is_empty() => mistake(argument, unnamed),
            FnArg::Typed(_) => None,
        });
    }
}

/// What is wrong with an argument by its type alone.
pub fn mistake(PatType { pat, ty, .. }: &PatType, unnamed: &str) -> Option<syn::Error> {
    if let Some(cure) = foreign::cure(pat, ty) {
        return Some(syn::Error::new_spanned(
            if matches!(**pat, Pat::TupleStruct(_)) { pat as &dyn ToTokens } else { ty },
            cure,
        ));
    }
    let (at, message): (&dyn ToTokens, _) = match (&**pat, &**ty) {
        (_, Type::Reference(reference)) => (ty, owned_argument(&reference.elem)),
        (_, Type::ImplTrait(_)) => {
            (ty, "the router cannot know which type is meant: write one, such as `String`".to_owned())
        }
        (Pat::Wild(_), ty) if is_plain(ty) => (pat, unnamed.to_owned()),
        (Pat::Tuple(names), Type::Tuple(types)) if types.elems.iter().any(is_plain) => (pat, separate(names, types)),
        _ => return None,
    };
    Some(syn::Error::new_spanned(at, message))
}

/// What to take in place of a reference.
fn owned_argument(ty: &Type) -> String {
    let own = owned(ty);
    let known =
        ["Data", "Json", "Query", "Form", "APIEvent", "HttpRequest", "Header", "Cookie", "Option", "Result", "Vec"];
    let is_known = match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| known.iter().any(|name| last.ident == name)),
        _ => true,
    };
    if is_known || is_plain(ty) || own == "String" {
        return format!("a handler owns its arguments: take `{own}`");
    }
    format!(
        "a handler owns its arguments: take `Json<{own}>` for the body, `Query<{own}>` for the query, `Data<{own}>` for state"
    )
}

/// `(a, b): (u32, String)` as arguments.
fn separate(names: &syn::PatTuple, types: &syn::TypeTuple) -> String {
    let text = |pat: &Pat| pat.to_token_stream().to_string();
    let pairs: Vec<String> =
        names.elems.iter().zip(&types.elems).map(|(name, ty)| format!("{}: {}", text(name), type_text(ty))).collect();
    format!("each param is an argument of its own: write `{}`", pairs.join(", "))
}

/// The name of an argument: of `year` in `year: u16`, of `body` in `Json(body): Json<Body>`.
pub fn argument_name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) => Some(&pattern.ident),
        Pat::TupleStruct(pattern) if pattern.elems.len() == 1 => argument_name(&pattern.elems[0]),
        _ => None,
    }
}

/// The text of an identifier, `type` for `r#type`.
pub fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}
