//! The signature of a handler: what it may not have, and its arguments.
//!
//! Invariant: these checks apply to every record, whatever calls its function. Checks that depend on a path are with
//! the routes.

pub mod arguments;
pub mod bodies;
pub mod foreign;
pub mod guards;
pub mod output;
pub mod types;

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use crate::item::function::Function;

/// Checks everything but the arguments.
pub fn check(function: &Function, errors: &mut Vec<syn::Error>) {
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
