//! `#[start_runtime::main]` and `#[start_runtime::test]`: async functions as entry points.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned as _;

use crate::handler::Function;

/// `async fn main`: the command line first, then the body on actix's runtime.
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry("main", args, item, |function, output| {
        let (attrs, vis, sig, body) = (&function.attrs, &function.vis, &function.sig, function.body());
        quote_spanned! {sig.ident.span()=>
            #(#attrs)*
            #vis #sig {
                #[allow(unused_imports)]
                use ::start_runtime::__rt::entry::*;
                ::start_runtime::__rt::answer_commands();
                (&&::start_runtime::__rt::Probe::<#output>::NEW)
                    .entry_kind()
                    .finish(::start_runtime::__rt::block_on::<#output>(async move #body))
            }
        }
    })
}

/// `async fn` as a `#[test]` on actix's runtime.
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry("test", args, item, |function, output| {
        let (attrs, vis, sig, body) = (&function.attrs, &function.vis, &function.sig, function.body());
        quote_spanned! {sig.ident.span()=>
            #[::core::prelude::v1::test]
            #(#attrs)*
            #vis #sig {
                ::start_runtime::__rt::block_on::<#output>(async move #body)
            }
        }
    })
}

/// Checks the function and hands it on as a sync one, with the type that it returns.
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
