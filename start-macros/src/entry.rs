//! `#[start_runtime::main]` and `#[start_runtime::test]`: async functions as entry points.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::handler::Function;

/// `async fn main`: the command line first, then the body on actix's runtime.
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    let answer_commands = quote!(::start_runtime::__rt::answer_commands(););
    let report = quote! {
        #[allow(unused_imports)]
        use ::start_runtime::__rt::entry::*;
        (&&::start_runtime::__rt::Probe::of(&output)).entry_kind().finish(output)
    };
    entry("main", args, item, &TokenStream::new(), &answer_commands, &report)
}

/// `async fn` as a `#[test]` on actix's runtime.
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry("test", args, item, &quote!(#[::core::prelude::v1::test]), &TokenStream::new(), &quote!(output))
}

fn entry(
    name: &str,
    args: TokenStream,
    item: TokenStream,
    outer: &TokenStream,
    before: &TokenStream,
    after: &TokenStream,
) -> TokenStream {
    match checked(name, args, item.clone()) {
        Ok(mut function) => {
            function.sig.asyncness = None;
            let body = function.body();
            let span = function.sig.ident.span();
            // The async block has the type of the function, so that `?` in it is understood.
            let output = match &function.sig.output {
                syn::ReturnType::Default => quote!(()),
                syn::ReturnType::Type(_, ty) => quote!(#ty),
            };
            let Function { attrs, vis, sig, .. } = &function;
            quote_spanned! {span=>
                #outer
                #(#attrs)*
                #vis #sig {
                    #before
                    let output = ::start_runtime::__rt::block_on::<#output>(async move #body);
                    #after
                }
            }
        }
        Err(error) => {
            let error = error.to_compile_error();
            quote! { #error #item }
        }
    }
}

fn checked(name: &str, args: TokenStream, item: TokenStream) -> syn::Result<Function> {
    if !args.is_empty() {
        return Err(syn::Error::new(args.span(), format!("`#[start_runtime::{name}]` takes no arguments")));
    }
    let function: Function = syn::parse2(item)?;
    if function.sig.asyncness.is_none() {
        return Err(syn::Error::new(
            function.sig.fn_token.span,
            format!("`#[start_runtime::{name}]` stands on an `async fn`"),
        ));
    }
    if let Some(argument) = function.sig.inputs.first() {
        return Err(syn::Error::new(
            argument.span(),
            format!("`#[start_runtime::{name}]` stands on a function without arguments"),
        ));
    }
    Ok(function)
}
