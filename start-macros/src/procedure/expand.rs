//! Tokens of procedures: the record. No decisions here.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use crate::adapter::{self, option};
use crate::procedure::check::Procedure;
use crate::procedure::kind::Kind;
use crate::procedure::router::Router;

/// The record of a procedure.
pub fn procedure(procedure: &Procedure<'_>) -> TokenStream {
    let Procedure { kind, name, deprecated, steps, meta, function, arguments } = procedure;
    let declaration = adapter::declaration(function, *deprecated);
    let name = option(name.as_ref());
    let steps = steps.iter().map(|(kind, path)| adapter::step(*kind, path, 0));
    let meta = option((!meta.is_empty()).then(|| self::meta(meta)).as_ref());
    let adapter = adapter::procedure(function, arguments, *kind == Kind::Subscription);
    let kind = match kind {
        Kind::Query => quote!(Query),
        Kind::Mutation => quote!(Mutation),
        Kind::Subscription => quote!(Subscription),
    };
    let record = quote! {
        ::start_runtime::__rt::Procedure {
            declaration: #declaration,
            kind: ::start_runtime::__rt::ProcedureKind::#kind,
            name: #name,
            steps: &[#(#steps),*],
            meta: #meta,
            adapter: #adapter,
        }
    };
    adapter::procedure_record(function, &record)
}

/// Hands each value to who asks. They are made anew each time, so they need not be constants.
fn meta(values: &[Expr]) -> TokenStream {
    let (ask, value) = (adapter::local("ask"), adapter::local("value"));
    let each = values.iter().map(|meta| quote!({ let #value = #meta; #ask(&#value); }));
    quote!(|#ask: &mut dyn ::core::ops::FnMut(&dyn ::core::any::Any)| { #(#each)* })
}

/// The router of the module that this code stands in, and the record of its root.
pub fn router(router: &Router) -> TokenStream {
    let transformer = router.transformer.as_ref();
    let transformer = option(transformer.map(|name| quote!(::start_runtime::trpc::Transformer::#name)).as_ref());
    let record = quote! {
        ::start_runtime::__rt::ProcedureRoot {
            module: ::core::module_path!(),
            transformer: #transformer,
            file: ::core::file!(),
            line: ::core::line!(),
        }
    };
    let record = adapter::plain_record(std::iter::empty::<TokenStream>(), &record);
    quote!({ #record ::start_runtime::trpc::Router::below(::core::module_path!(), #transformer) })
}
