//! Checks: what was written becomes an extractor, or a list of everything that is wrong with it. Decisions only.

use syn::{Expr, FnArg, Pat, PatType, Type};

use crate::extractor::args::{Args, is_declared};
use crate::extractor::returns::Returns;
use crate::item::function::Function;
use crate::item::options::ResponseValue;
use crate::signature;
use crate::signature::arguments::{Argument, ParamKind, Source, argument_name, cfgs, mistake, unraw};
use crate::signature::guards::body_extractor;
use crate::signature::types::{is_plain, type_text};

/// A checked extractor.
pub struct Extractor<'a> {
    pub function: &'a Function,
    pub arguments: Vec<Argument<'a>>,
    pub returns: Returns<'a>,
    pub security: Vec<Expr>,
    pub responses: Vec<(u16, ResponseValue)>,
    /// Whether it is known when a request has none: `Option<T>` can be an argument.
    pub may_be_absent: bool,
}

const UNNAMED: &str =
    "an argument of this type is a param of the route's path, found by its name: write one, such as `id`";

/// Checks a function against its attribute. Every mistake is added to `errors`.
pub fn extractor<'a>(args: Args, function: &'a Function, errors: &mut Vec<syn::Error>) -> Option<Extractor<'a>> {
    let errors_before = errors.len();
    signature::check(function, errors);
    signature::arguments::check(function, UNNAMED, errors);
    let arguments = arguments(function, errors);
    let returns = Returns::of(&function.sig).map_err(|error| errors.push(error)).ok()?;
    if errors.len() > errors_before {
        return None;
    }
    let Args { security, responses } = args;
    let is_declared = !security.is_empty() && security.iter().all(is_declared);
    let may_be_absent = returns.may_find_nothing || is_declared;
    Some(Extractor { function, arguments, returns, security, responses, may_be_absent })
}

fn arguments<'a>(function: &'a Function, errors: &mut Vec<syn::Error>) -> Vec<Argument<'a>> {
    let mut found = Vec::new();
    for argument in &function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let (ty, cfgs) = (&*argument.ty, cfgs(&argument.attrs));
        if let Some(body) = body_extractor(ty) {
            let message = format!(
                "an extractor does not take the body: it runs before the body is read, which is for those who are let in. Take `{body}` in the handler"
            );
            errors.push(syn::Error::new_spanned(ty, message));
            continue;
        }
        let own = (!cfgs.is_empty()).then(|| mistake(argument, UNNAMED)).flatten();
        let source = own.map_or_else(|| source(argument), Source::Wrong);
        found.push(Argument { source, ty, cfgs });
    }
    found
}

/// A plain type is a parameter of the path; of any other, the compiler knows.
fn source(PatType { pat, ty, .. }: &PatType) -> Source {
    let name = argument_name(pat).map(unraw).unwrap_or_default();
    if !matches!(**pat, Pat::Ident(_)) || !is_plain(ty) {
        return Source::Extractor { name };
    }
    let kind = match kind(ty).as_str() {
        text if text.starts_with("Option<") => ParamKind::Optional,
        text if text.starts_with("Vec<") => ParamKind::Rest,
        _ => ParamKind::One,
    };
    Source::Param { name, kind }
}

fn kind(ty: &Type) -> String {
    type_text(ty).rsplit("::").next().unwrap_or_default().to_owned()
}
