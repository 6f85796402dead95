//! The way of a function through `#[trpc::query]` and its siblings.

use proc_macro2::{Ident, TokenStream};

use crate::adapter;
use crate::item::function::Function;
use crate::item::surroundings::place;
use crate::item::{options, seen};
use crate::procedure::args::Args;
use crate::procedure::kind::Kind;
use crate::procedure::{check, expand, registry};
use crate::signature::output;

/// `#[trpc::query(…)]` or a sibling on a function.
pub fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let args: Args = options::parse(args, &mut errors);
    let tokens = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => procedure(kind, args, &function, &mut errors),
        Err(_) => {
            let message = format!(
                "`#[{}]` stands on a function: `async fn hello(input: String) -> String {{ … }}`",
                kind.attribute()
            );
            errors.push(syn::Error::new_spanned(&item, message));
            item
        }
    };
    errors.iter().map(syn::Error::to_compile_error).chain([tokens]).collect()
}

/// The function, followed by its record if nothing is wrong with it.
fn procedure(kind: Kind, args: Args, function: &Function, errors: &mut Vec<syn::Error>) -> TokenStream {
    let name = &function.sig.ident;
    if let Some(block) = place(name).map(|place| place.block()).filter(|block| block.is_associated()) {
        let message = format!(
            "a procedure is a function of a module: move `{name}` out of `{}`, and take state as `Data<T>`",
            block.head
        );
        errors.push(syn::Error::new(name.span(), message));
        return adapter::untouched(function);
    }
    let is_sound = output::check(function, errors);
    let has_cfg = function.cfgs().next().is_some();
    let is_twice = !has_cfg && is_twice(name, errors);
    // A function that the compiler would refuse as well is left out: one mistake, one message.
    let mut tokens = if is_sound && !is_twice { adapter::untouched(function) } else { TokenStream::new() };
    let place = args.name.as_ref().map_or_else(|| name.span(), syn::LitStr::span);
    if let Some(procedure) = check::procedure(kind, args, function, errors) {
        // Two functions under opposite `#[cfg]`s are both expanded: for these the check at start-up has to do.
        if !has_cfg && !is_twice {
            errors.extend(registry::register(&procedure, place));
        }
        if errors.is_empty() {
            tokens.extend(expand::procedure(&procedure));
        }
    }
    tokens
}

/// Whether the module has a function of this name already, which is an error.
fn is_twice(name: &Ident, errors: &mut Vec<syn::Error>) -> bool {
    let Some(first) = seen::earlier(name) else { return false };
    let message = format!(
        "`{name}` is the function at {first} already: give this one a name of its own, such as `{name}_2`, or put each into a `mod`"
    );
    errors.push(syn::Error::new(name.span(), message));
    true
}

/// `trpc::router!()`: the router of the module that it stands in.
pub fn router(input: TokenStream) -> TokenStream {
    match syn::parse2(input) {
        Ok(router) => expand::router(&router),
        Err(error) => error.to_compile_error(),
    }
}
