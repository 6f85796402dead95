//! What an extractor function returns: the type that it finds, and whether it may refuse, or find nothing.

use syn::spanned::Spanned as _;
use syn::{ReturnType, Signature, Type};

use crate::signature::guards::first_generic;
use crate::signature::types::{is_plain, type_text};

/// The return type of an extractor function.
pub struct Returns<'a> {
    /// As written.
    pub ty: &'a Type,
    /// What is found; `None` for a function that is only a guard.
    pub found: Option<&'a Type>,
    pub may_refuse: bool,
    pub may_find_nothing: bool,
}

const NOTHING: &str = "an extractor returns what it finds: write `-> Result<User, Problem>`, or `-> Result<(), Problem>` if it only lets requests in";

impl<'a> Returns<'a> {
    pub fn of(sig: &'a Signature) -> syn::Result<Self> {
        let ReturnType::Type(_, ty) = &sig.output else {
            return Err(syn::Error::new(sig.ident.span(), NOTHING));
        };
        let ty = bare(ty);
        let (mut found, mut may_refuse, mut may_find_nothing) = (ty, false, false);
        if let Some(inner) = inside(found, |name| name.ends_with("Result")) {
            (found, may_refuse) = (inner, true);
        }
        if let Some(inner) = inside(found, |name| name == "Option") {
            (found, may_find_nothing) = (inner, true);
        }
        let is_unit = matches!(found, Type::Tuple(tuple) if tuple.elems.is_empty());
        if is_unit && (!may_refuse || may_find_nothing) {
            return Err(syn::Error::new(ty.span(), NOTHING));
        }
        if !is_unit {
            check(found)?;
        }
        Ok(Self { ty, found: (!is_unit).then_some(found), may_refuse, may_find_nothing })
    }
}

/// The type of an argument says which function finds it, so it belongs to one function.
fn check(found: &Type) -> syn::Result<()> {
    const SHARED: [&str; 12] =
        ["Vec", "Arc", "Rc", "Box", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "Option", "Result", "Cow", "Value"];
    let message = match found {
        Type::ImplTrait(_) => "the arguments that ask for it have to name its type: write it".to_owned(),
        Type::Path(path) => {
            let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            if !is_plain(found) && !SHARED.contains(&last.as_str()) {
                return Ok(());
            }
            wrap(found)
        }
        Type::Macro(_) => return Ok(()),
        _ => wrap(found),
    };
    Err(syn::Error::new(found.span(), message))
}

fn wrap(found: &Type) -> String {
    format!(
        "`{}` is not a type of this crate: an argument's type says which extractor finds it, so give it one of its own, such as `struct Token({});`",
        type_text(found),
        type_text(found)
    )
}

fn inside(ty: &Type, is_wrapper: impl Fn(&str) -> bool) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let inner = is_wrapper(&last.ident.to_string()).then(|| first_generic(ty)).flatten()?;
    Some(bare(inner))
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        ty => ty,
    }
}
