//! Checks: what was written becomes a route, or a list of everything that is wrong with it.
//! Decisions only; no tokens are made here.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ReturnType, Type};

use crate::args::{Args, METHODS, method};
use crate::arguments::{Argument, arguments, check_arguments};
use crate::grammar::pattern::{self, Segment};
use crate::grammar::shape::{MOST_EXPANSIONS, expansions};
use crate::grammar::suggest::closest;
use crate::handler::Function;

/// Which attribute made a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Api,
    Page,
}

/// What an attribute says, joined with what the attributes of the modules around it say.
pub struct Scope {
    pub kind: Kind,
    pub prefix: String,
    pub prefix_span: Span,
    pub tag: Option<String>,
    pub hidden: bool,
    pub deprecated: bool,
    pub security: Option<String>,
    pub body_limit: Option<Expr>,
    /// Whether a module around has a `#[cfg(…)]`.
    pub cfg: bool,
}

/// A checked route.
pub struct Route<'a> {
    pub kind: Kind,
    pub methods: Vec<&'static str>,
    pub pattern: String,
    pub paths: Vec<Vec<Segment>>,
    pub optional: bool,
    pub status: Option<u16>,
    pub tag: Option<String>,
    pub hidden: bool,
    pub deprecated: bool,
    pub security: Option<String>,
    pub body_limit: Option<Expr>,
    pub docs: String,
    pub function: &'a Function,
    pub arguments: Vec<Argument<'a>>,
}

/// Checks a function against its attribute. Every mistake is added to `errors`.
pub fn route<'a>(
    args: &Args,
    scope: &Scope,
    function: &'a Function,
    errors: &mut Vec<syn::Error>,
) -> Option<Route<'a>> {
    let errors_before = errors.len();
    check_signature(function, errors);
    let methods = methods(args, scope.kind, function, errors);
    let pattern = full_pattern(args, scope, errors);
    let span = args.path.as_ref().map_or(scope.prefix_span, syn::LitStr::span);
    let segments =
        pattern.as_deref().and_then(|text| segments(text, span).map_err(|mistakes| errors.extend(mistakes)).ok());
    check_arguments(function, errors);
    let arguments = segments
        .as_deref()
        .map(|segments| arguments(segments, pattern.as_deref().unwrap_or_default(), function, errors));
    check_status(args, function, errors);
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
    Some(Route {
        kind: scope.kind,
        methods,
        pattern,
        optional: segments.iter().any(|segment| matches!(segment, Segment::Optional(_))),
        paths,
        status: args.status.map(|(status, _)| status),
        tag: args.tag.as_ref().map(syn::LitStr::value).or_else(|| scope.tag.clone()),
        hidden: args.hidden || scope.hidden,
        deprecated: args.deprecated || scope.deprecated || function.is_deprecated(),
        security: args.security.as_ref().map(syn::LitStr::value).or_else(|| scope.security.clone()),
        body_limit: args.body_limit.as_ref().or(scope.body_limit.as_ref()).cloned(),
        docs: function.docs(),
        function,
        arguments,
    })
}

/// The options that a module hands to its handlers; those that it cannot have are errors.
pub fn scope(args: &Args, outer: &Scope, errors: &mut Vec<syn::Error>) -> Scope {
    if let Some((_, span)) = args.methods.first() {
        errors.push(syn::Error::new(
            *span,
            "a module has no method: name its functions GET, POST, … or put the method on a function",
        ));
    }
    if let Some((_, span)) = args.status {
        errors.push(syn::Error::new(span, "`status` belongs to one handler: put it on the function"));
    }
    let own = args.path.as_ref().map(syn::LitStr::value);
    let prefix = join(&outer.prefix, own.as_deref().unwrap_or_default());
    let prefix_span = args.path.as_ref().map_or(outer.prefix_span, syn::LitStr::span);
    if !prefix.is_empty() {
        errors.extend(segments(&prefix, prefix_span).err().into_iter().flatten());
    }
    Scope {
        kind: outer.kind,
        prefix,
        prefix_span,
        tag: args.tag.as_ref().map(syn::LitStr::value).or_else(|| outer.tag.clone()),
        hidden: args.hidden || outer.hidden,
        deprecated: args.deprecated || outer.deprecated,
        security: args.security.as_ref().map(syn::LitStr::value).or_else(|| outer.security.clone()),
        body_limit: args.body_limit.as_ref().or(outer.body_limit.as_ref()).cloned(),
        cfg: outer.cfg,
    }
}

fn join(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        ("" | "/", path) => path.to_owned(),
        (prefix, "/") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
}

fn check_signature(function: &Function, errors: &mut Vec<syn::Error>) {
    let sig = &function.sig;
    if !sig.generics.params.is_empty() {
        let message = "a handler has no generics: the router could not know which one to call";
        errors.push(syn::Error::new_spanned(&sig.generics, message));
    }
    let mut refuse = |span: Span, message: &str| errors.push(syn::Error::new(span, message));
    if let Some(token) = sig.unsafety {
        refuse(token.span(), "a handler is called from safe code: leave out `unsafe`");
    }
    if let Some(token) = sig.constness {
        refuse(token.span(), "a handler runs once a request: leave out `const`");
    }
    if let Some(abi) = &sig.abi {
        refuse(abi.span(), "a handler is an ordinary Rust function: leave out `extern`");
    }
    if let Some(token) = &sig.variadic {
        refuse(token.span(), "a handler has a fixed number of arguments");
    }
}

fn methods(args: &Args, kind: Kind, function: &Function, errors: &mut Vec<syn::Error>) -> Vec<&'static str> {
    let ident = &function.sig.ident;
    let name = ident.to_string();
    if kind == Kind::Page {
        if let Some((method, span)) = args.methods.iter().find(|(method, _)| *method != "GET") {
            errors.push(syn::Error::new(
                *span,
                format!("a page answers GET and HEAD: write `#[api_route({method}, …)]` for the rest"),
            ));
        }
        return vec!["GET"];
    }
    let mut found: Vec<&'static str> = Vec::new();
    for (method, span) in &args.methods {
        if found.contains(method) {
            errors.push(syn::Error::new(*span, format!("`{method}` is written twice")));
        } else {
            found.push(method);
        }
    }
    match (found.is_empty(), method(&name)) {
        (true, Some(method)) => vec![method],
        (false, Some(method)) if !found.contains(&method) => {
            let message = format!(
                "the function is called `{method}` but the attribute says {}: rename the function or leave the method out",
                found.join(", ")
            );
            errors.push(syn::Error::new(ident.span(), message));
            found
        }
        (false, _) => found,
        // The method may be the argument that could not be read.
        (true, None) if args.broken && meant_method(&name).is_none() => found,
        (true, None) => {
            errors.push(syn::Error::new(ident.span(), no_method(&name)));
            found
        }
    }
}

fn meant_method(name: &str) -> Option<&'static str> {
    method(&name.to_uppercase())
        .or_else(|| closest(name, METHODS).filter(|_| name.len() > 2 && name.chars().all(char::is_uppercase)))
}

fn no_method(name: &str) -> String {
    match meant_method(name) {
        Some(method) => format!("`{name}` is not an HTTP method: write `{method}`"),
        None => format!(
            "which method does `{name}` answer? Name the function GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY, or write it first: `#[api_route(GET, \"/…\")]`"
        ),
    }
}

fn full_pattern(args: &Args, scope: &Scope, errors: &mut Vec<syn::Error>) -> Option<String> {
    match &args.path {
        Some(path) => Some(join(&scope.prefix, &path.value())),
        None if !scope.prefix.is_empty() => Some(scope.prefix.clone()),
        None if args.broken => None,
        None => {
            let attribute = if scope.kind == Kind::Api { "api_route" } else { "page_route" };
            errors.push(syn::Error::new(
                Span::call_site(),
                format!("a route needs a path: `#[{attribute}(\"/students\")]`, or a file in a folder of `start_runtime::routes!`"),
            ));
            None
        }
    }
}

fn segments(text: &str, span: Span) -> Result<Vec<Segment>, Vec<syn::Error>> {
    pattern::parse(text)
        .map_err(|mistakes| mistakes.iter().map(|mistake| syn::Error::new(span, mistake.shown_in(text))).collect())
}

fn check_status(args: &Args, function: &Function, errors: &mut Vec<syn::Error>) {
    let Some((status @ (204 | 205 | 304), span)) = args.status else { return };
    let returns_nothing = match &function.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    };
    if !returns_nothing {
        errors.push(syn::Error::new(
            span,
            format!("a {status} has no body (RFC 9110): return nothing, or choose another status"),
        ));
    }
}
