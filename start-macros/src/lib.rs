//! The attributes of Start. Their documentation is on the re-exports in `start_runtime`.
//!
//! Text → model → checks → tokens: `args` and `handler` read what was written, `grammar`
//! knows the text of a path, `check` decides, `expand` writes the code.

mod args;
mod arguments;
mod check;
mod entry;
mod expand;
mod files;
mod grammar;
mod handler;
mod registry;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use syn::Attribute;

use crate::args::Args;
use crate::check::{Kind, Scope};
use crate::files::Place;
use crate::handler::{Function, Item, Module, ModuleItem};

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn api_route(args: TokenStream, item: TokenStream) -> TokenStream {
    annotated(Kind::Api, args.into(), item.into()).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn page_route(args: TokenStream, item: TokenStream) -> TokenStream {
    annotated(Kind::Page, args.into(), item.into()).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    files::routes(input.into()).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(args.into(), item.into()).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn openapi(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::openapi(args.into(), item.into()).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(args.into(), item.into()).into()
}

fn annotated(kind: Kind, args: Tokens, item: Tokens) -> Tokens {
    let mut errors = Vec::new();
    let args = Args::parse(args, &mut errors);
    let prefix = match args.path.is_none().then(|| files::place(proc_macro2::Span::call_site())) {
        Some(Place::Pattern(pattern)) => pattern,
        Some(Place::BadName | Place::Editor) => return quote::quote! { #[allow(non_snake_case, dead_code)] #item },
        Some(Place::Elsewhere) | None => String::new(),
    };
    let outer = Scope {
        kind,
        prefix,
        prefix_span: proc_macro2::Span::call_site(),
        tag: None,
        hidden: false,
        deprecated: false,
        security: None,
        body_limit: None,
        cfg: false,
    };
    let tokens = match syn::parse2(item.clone()) {
        Ok(Item::Function(function)) => expand_function(&args, &outer, &function, &mut errors),
        Ok(Item::Module(module)) => expand_module(&args, &outer, &module, &mut errors),
        Err(error) => {
            errors.push(error);
            item
        }
    };
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote::quote! { #(#errors)* #tokens }
}

/// The function, and beside it its record, if nothing is wrong with it.
fn expand_function(args: &Args, scope: &Scope, function: &Function, errors: &mut Vec<syn::Error>) -> Tokens {
    let errors_before = errors.len();
    let mut tokens = function.untouched();
    if let Some(route) = check::route(args, scope, function, errors) {
        // Both of two `#[cfg]` twins come by here: only the start-up check can tell.
        if !scope.cfg && function.cfgs().next().is_none() {
            errors.extend(registry::register(&route));
        }
        if errors.len() == errors_before {
            tokens.extend(expand::route(&route));
        }
    }
    tokens
}

fn expand_module(args: &Args, outer: &Scope, module: &Module, errors: &mut Vec<syn::Error>) -> Tokens {
    let errors_before = errors.len();
    let mut scope = check::scope(args, outer, errors);
    scope.cfg |= module.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    let prefix_is_good = errors.len() == errors_before;
    let mut tokens = Tokens::new();
    let mut handlers = 0;
    for item in &module.items {
        match item {
            ModuleItem::Other(token) => tokens.extend([token.clone()]),
            ModuleItem::Handler { function, .. } if !prefix_is_good => tokens.extend(function.untouched()),
            ModuleItem::Handler { attribute, function } => {
                handlers += 1;
                tokens.extend(attribute.as_ref().map(in_use));
                let (args, scope) = inner(attribute.as_ref(), &scope, errors);
                if let Some(second) = function.attrs.iter().find(|attr| handler::is_route_attribute(attr)) {
                    let message = "a function in a module has one route: write a second function that calls this one";
                    errors.push(syn::Error::new_spanned(second, message));
                }
                tokens.extend(expand_function(&args, &scope, function, errors));
            }
            ModuleItem::Module { attribute, module } => {
                handlers += 1;
                tokens.extend(in_use(attribute));
                let (args, scope) = inner(Some(attribute), &scope, errors);
                tokens.extend(expand_module(&args, &scope, module, errors));
            }
        }
    }
    if handlers == 0 && prefix_is_good {
        errors.push(syn::Error::new(
            module.ident.span(),
            "no handler in this module: name its functions GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY",
        ));
    }
    module.with(&tokens)
}

/// An attribute that was taken out still uses the import that it was written for.
fn in_use(attribute: &Attribute) -> Tokens {
    let path = attribute.path();
    let span = path.segments.last().map_or_else(proc_macro2::Span::call_site, |last| last.ident.span());
    quote::quote_spanned! {span=> const _: () = { #[allow(unused_imports)] use #path as _; }; }
}

/// The arguments of an attribute inside a module, and the scope that it stands in.
fn inner(attribute: Option<&Attribute>, scope: &Scope, errors: &mut Vec<syn::Error>) -> (Args, Scope) {
    let is_page = attribute
        .is_some_and(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "page_route"));
    let kind = if is_page { Kind::Page } else { Kind::Api };
    let scope = Scope {
        kind: if attribute.is_some() { kind } else { scope.kind },
        prefix: scope.prefix.clone(),
        tag: scope.tag.clone(),
        security: scope.security.clone(),
        body_limit: scope.body_limit.clone(),
        ..*scope
    };
    let args = match attribute.map(|attribute| &attribute.meta) {
        Some(syn::Meta::List(list)) => Args::parse(list.tokens.clone(), errors),
        _ => Args::default(),
    };
    (args, scope)
}
