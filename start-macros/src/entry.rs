//! The attributes of functions that are not handlers: `main` and `test`, whose async bodies run on
//! actix's runtime, and `openapi`, whose function edits the document.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned as _;

use crate::adapter;
use crate::item::function::Function;

/// `async fn main`: answers the command line, or runs the body on actix's runtime.
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry("main", args, item, |function, output| {
        let (attrs, vis, sig, name) = (&function.attrs, &function.vis, &function.sig, &function.sig.ident);
        let written = written(function);
        quote_spanned! {sig.ident.span()=>
            #(#attrs)*
            #vis #sig {
                #written
                #[allow(unused_imports, clippy::wildcard_imports)]
                use ::start_runtime::__rt::entry::*;
                const _: () = {
                    ::start_runtime::__rt::inventory::submit! {
                        ::start_runtime::__rt::Program { package: ::start_runtime::__rt::package!() }
                    }
                };
                ::start_runtime::__rt::answer_commands();
                (&&&::start_runtime::__rt::Probe::<#output>::NEW)
                    .entry_kind()
                    .finish(::start_runtime::__rt::block_on::<#output>(#name()))
            }
        }
    })
}

/// An `async fn` as a `#[test]` that runs on actix's runtime.
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry("test", args, item, |function, output| {
        let (attrs, vis, sig, name) = (&function.attrs, &function.vis, &function.sig, &function.sig.ident);
        let written = written(function);
        quote_spanned! {sig.ident.span()=>
            #[::core::prelude::v1::test]
            #(#attrs)*
            #vis #sig {
                #written
                ::start_runtime::__rt::block_on::<#output>(#name())
            }
        }
    })
}

/// A function that edits the OpenAPI document, followed by its record.
pub fn openapi(args: TokenStream, item: TokenStream) -> TokenStream {
    let expected =
        "`#[start_runtime::openapi]` stands on a function `fn about(document: &mut start_runtime::openapi::OpenApi)`";
    let function = || -> syn::Result<Function> {
        if !args.is_empty() {
            return Err(syn::Error::new(args.span(), "`#[start_runtime::openapi]` takes no arguments"));
        }
        let function: Function = syn::parse2(item.clone()).map_err(|error| syn::Error::new(error.span(), expected))?;
        let sig = &function.sig;
        if sig.asyncness.is_some() || sig.inputs.len() != 1 || !sig.generics.params.is_empty() {
            return Err(syn::Error::new(sig.ident.span(), expected));
        }
        Ok(function)
    };
    match function() {
        Ok(function) => {
            let name = &function.sig.ident;
            let declaration = adapter::declaration(&function, function.is_deprecated());
            let record = quote! {
                ::start_runtime::__rt::OpenApiEdit {
                    declaration: #declaration,
                    edit: #name,
                }
            };
            let record = adapter::plain_record(function.cfgs(), &record);
            quote! { #item #record }
        }
        Err(error) => {
            let error = error.to_compile_error();
            quote! { #error #[allow(dead_code)] #item }
        }
    }
}

/// Checks the function and expands it as a sync one. `expand` also gets the type that it returns.
fn entry(
    name: &str,
    args: TokenStream,
    item: TokenStream,
    expand: fn(&Function, &TokenStream) -> TokenStream,
) -> TokenStream {
    match checked(name, args, item.clone()) {
        Ok(mut function) => {
            function.sig.asyncness = None;
            let output = match &function.sig.output {
                ReturnType::Default => quote!(()),
                ReturnType::Type(_, ty) => quote!(#ty),
            };
            expand(&function, &output)
        }
        Err(error) => {
            let error = error.to_compile_error();
            // Otherwise rustc would also complain that `main` is async. Inside another function it may be.
            if name == "main" && syn::parse2::<Function>(item.clone()).is_ok() {
                quote! { #error #[allow(dead_code)] fn main() { #item } }
            } else {
                quote! { #error #[allow(dead_code)] #item }
            }
        }
    }
}

/// The function as written, inside the sync one, so that rustc reports a wrong type as in any function.
fn written(function: &Function) -> TokenStream {
    let (sig, body) = (&function.sig, &function.body);
    quote!(#[allow(clippy::unused_async)] async #sig #body)
}

fn checked(name: &str, args: TokenStream, item: TokenStream) -> syn::Result<Function> {
    if !args.is_empty() {
        return Err(syn::Error::new(args.span(), format!("`#[start_runtime::{name}]` takes no arguments")));
    }
    let expected = format!("`#[start_runtime::{name}]` stands on an `async fn`");
    let function: Function = syn::parse2(item).map_err(|error| syn::Error::new(error.span(), &expected))?;
    if function.sig.asyncness.is_none() {
        return Err(syn::Error::new(function.sig.fn_token.span, expected));
    }
    if let Some(argument) = function.sig.inputs.first() {
        return Err(syn::Error::new(
            argument.span(),
            format!("`#[start_runtime::{name}]` stands on a function without arguments"),
        ));
    }
    Ok(function)
}
