//! Checks: what was written becomes a route, or a list of everything that is wrong with it.
//! Decisions only; no tokens are made here.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

use crate::grammar::pattern::Segment;
use crate::grammar::shape::{MOST_EXPANSIONS, expansions};
use crate::item::function::Function;
use crate::route::args::Args;
use crate::route::kind::Kind;
use crate::route::methods::methods;
use crate::route::params::{self, arguments};
use crate::route::path::{self, full_pattern, segments};
use crate::route::rate;
use crate::route::scope::{Scope, SharedOptions};
use crate::route::socket::{self, Socket};
use crate::signature;
use crate::signature::arguments::Argument;
use crate::signature::bodies;

/// A checked route.
pub struct Route<'a> {
    pub kind: Kind,
    pub methods: Vec<&'static str>,
    pub pattern: String,
    pub paths: Vec<Vec<Segment>>,
    pub optional: bool,
    pub status: Option<u16>,
    pub options: SharedOptions,
    pub function: &'a Function,
    pub arguments: Vec<Argument<'a>>,
    /// What only a socket has.
    pub socket: Option<Socket>,
}

/// Checks a function against its attribute. Every mistake is added to `errors`.
pub fn route<'a>(
    args: &Args,
    scope: &Scope,
    function: &'a Function,
    errors: &mut Vec<syn::Error>,
) -> Option<Route<'a>> {
    let errors_before = errors.len();
    signature::check(function, errors);
    let methods = methods(args, scope.kind, &function.sig.ident, errors);
    let pattern = full_pattern(args, scope, errors);
    let span = path::span(args, scope);
    let segments =
        pattern.as_deref().and_then(|text| segments(text, span).map_err(|mistakes| errors.extend(mistakes)).ok());
    signature::arguments::check(function, params::UNNAMED, errors);
    let arguments = segments
        .as_deref()
        .map(|segments| arguments(segments, pattern.as_deref().unwrap_or_default(), function, errors));
    bodies::check_one(function, errors);
    bodies::check_methods(&methods, function, errors);
    let socket = socket::check(args, scope.kind, function, errors);
    check_status(args, function, errors);
    let mut options = scope.options.with(args);
    rate::check(&options, errors);
    let (Some(pattern), Some(segments), Some(arguments)) = (pattern, segments, arguments) else { return None };
    let paths = expansions(&segments);
    if paths.len() > MOST_EXPANSIONS {
        errors.push(syn::Error::new(
            span,
            format!("this pattern stands for more than {MOST_EXPANSIONS} paths: use fewer optional segments"),
        ));
    }
    if errors.len() > errors_before {
        return None;
    }
    options.deprecated |= function.is_deprecated();
    Some(Route {
        kind: scope.kind,
        methods,
        pattern,
        optional: segments.iter().any(|segment| matches!(segment, Segment::Optional(_))),
        paths,
        status: args.status.map(|(status, _)| status),
        options,
        function,
        arguments,
        socket,
    })
}

fn check_status(args: &Args, function: &Function, errors: &mut Vec<syn::Error>) {
    let Some((status @ (204 | 205 | 304), span)) = args.status else { return };
    let returns_nothing = match &function.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_nothing(ty),
    };
    if !returns_nothing {
        errors.push(syn::Error::new(
            span,
            format!("a {status} has no body (RFC 9110): return nothing, or choose another status"),
        ));
    }
}

/// `()`, also in an `Option` or as the value of a `Result`.
fn is_nothing(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let inner = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.first(),
                _ => None,
            };
            (last.ident == "Option" || last.ident == "Result")
                && matches!(inner, Some(GenericArgument::Type(inner)) if is_nothing(inner))
        }),
        _ => false,
    }
}
