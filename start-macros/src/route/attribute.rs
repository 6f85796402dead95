//! The way of an item through its attribute: read, checked, written out again with its records.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, Meta};

use crate::adapter;
use crate::item::function::Function;
use crate::item::module::{Module, ModuleItem};
use crate::item::surroundings::place;
use crate::item::{Item, ItemSpec};
use crate::route::args::Args;
use crate::route::files::{self, Place};
use crate::route::kind::Kind;
use crate::route::methods::method;
use crate::route::scope::Scope;
use crate::route::{check, expand, registry};
use crate::signature::output;

const ITEM: ItemSpec = ItemSpec {
    expected: "a route is a function or an inline module: `async fn GET() -> … { … }` or `mod students { … }`",
    is_ours: |attribute| Kind::of(attribute).is_some(),
    is_handler: |name| method(name).is_some(),
};

/// `#[api_route(…)]` or `#[page_route(…)]` on a function or an inline module.
pub fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let args = Args::parse(args, &mut errors);
    let prefix = match args.path.is_none().then(|| files::place(Span::call_site())) {
        Some(Place::Pattern(pattern)) => pattern,
        Some(Place::BadName | Place::Editor) => return expand::without_route(&item),
        Some(Place::LeftOut(reason)) => {
            let cure = format!(
                "this file is no route, because {reason}: write the path, as in `#[{}(\"/students\")]`",
                kind.name()
            );
            errors.push(syn::Error::new(Span::call_site(), cure));
            let errors = errors.iter().map(syn::Error::to_compile_error);
            return errors.chain([expand::without_route(&item)]).collect();
        }
        Some(Place::Elsewhere) | None => String::new(),
    };
    let outer = Scope::outermost(kind, prefix);
    let tokens = match (|input: ParseStream<'_>| Item::parse(input, &ITEM)).parse2(item.clone()) {
        Ok(Item::Function(item)) => function(&args, &outer, &item, &mut errors),
        Ok(Item::Module(item)) => module(&args, &outer, &item, &mut errors),
        Err(error) => {
            errors.push(associated(&item).unwrap_or(error));
            item
        }
    };
    errors.iter().map(syn::Error::to_compile_error).chain([tokens]).collect()
}

/// The function, followed by its record if nothing is wrong with it.
fn function(args: &Args, scope: &Scope, function: &Function, errors: &mut Vec<syn::Error>) -> TokenStream {
    let errors_before = errors.len();
    if let Some(error) = not_in_a_module(&function.sig.ident) {
        errors.push(error);
        return adapter::untouched(function);
    }
    let is_sound = output::check(function, errors);
    let is_twice = !has_cfg(scope, function) && registry::names(&function.sig.ident, errors);
    // A function that the compiler would refuse as well is left out: one mistake, one message.
    let mut tokens = if is_sound && !is_twice { adapter::untouched(function) } else { TokenStream::new() };
    if let Some(route) = check::route(args, scope, function, errors) {
        // Two functions under opposite `#[cfg]`s are both expanded, though only one is compiled: for these
        // the check at start-up has to do.
        if !has_cfg(scope, function) {
            errors.extend(registry::register(&route));
        }
        if errors.len() == errors_before {
            tokens.extend(expand::route(&route));
        }
    }
    tokens
}

fn has_cfg(scope: &Scope, function: &Function) -> bool {
    scope.cfg || function.cfgs().next().is_some()
}

/// An error for a function of an `impl` or a `trait`, in which there is no place for a record.
fn not_in_a_module(name: &Ident) -> Option<syn::Error> {
    let block = place(name)?.block();
    block.is_associated().then(|| {
        let message = format!(
            "a route is a function of a module: move `{name}` out of `{}`, and take state as `Data<T>`",
            block.head
        );
        syn::Error::new(name.span(), message)
    })
}

/// The same for a function without a body.
fn associated(item: &TokenStream) -> Option<syn::Error> {
    let signature = |input: ParseStream<'_>| {
        Attribute::parse_outer(input)?;
        input.parse::<syn::Visibility>()?;
        let signature = input.parse::<syn::Signature>()?;
        input.parse::<TokenStream>()?;
        Ok(signature)
    };
    not_in_a_module(&signature.parse2(item.clone()).ok()?.ident)
}

/// The module with its functions and inner modules, each followed by its records.
fn module(args: &Args, outer: &Scope, module: &Module, errors: &mut Vec<syn::Error>) -> TokenStream {
    let errors_before = errors.len();
    let mut scope = outer.inside_module(args, errors);
    scope.cfg |= module.has_cfg();
    let prefix_is_good = errors.len() == errors_before;
    let mut tokens = TokenStream::new();
    let mut handlers = 0;
    for item in &module.items {
        match item {
            ModuleItem::Other(token) => tokens.extend([token.clone()]),
            ModuleItem::Handler { function, .. } if !prefix_is_good => tokens.extend(adapter::untouched(function)),
            ModuleItem::Handler { attribute, function: item } => {
                handlers += 1;
                tokens.extend(attribute.as_ref().map(expand::in_use));
                let (args, scope) = inner(attribute.as_ref(), &scope, errors);
                if let Some(second) = item.attrs.iter().find(|attr| Kind::of(attr).is_some()) {
                    let message = "a function in a module has one route: write a second function that calls this one";
                    errors.push(syn::Error::new_spanned(second, message));
                }
                tokens.extend(function(&args, &scope, item, errors));
            }
            ModuleItem::Module { attribute, module: item } => {
                handlers += 1;
                tokens.extend(expand::in_use(attribute));
                let (args, scope) = inner(Some(attribute), &scope, errors);
                tokens.extend(self::module(&args, &scope, item, errors));
            }
        }
    }
    if handlers == 0 && prefix_is_good {
        errors.push(syn::Error::new(
            module.ident.span(),
            "no handler in this module: name its functions GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY",
        ));
    }
    expand::module(module, &tokens)
}

/// The arguments of an attribute inside a module, and the scope that it stands in.
fn inner(attribute: Option<&Attribute>, scope: &Scope, errors: &mut Vec<syn::Error>) -> (Args, Scope) {
    let kind = attribute.and_then(Kind::of).unwrap_or(scope.kind);
    let args = match attribute.map(|attribute| &attribute.meta) {
        Some(Meta::List(list)) => Args::parse(list.tokens.clone(), errors),
        _ => Args::default(),
    };
    (args, scope.of_kind(kind))
}
