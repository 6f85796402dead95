//! Tokens of extractors: the function as written, the type of its name that `guard = …` names, and the impl that reads its
//! arguments and calls it. No decisions here.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprCall, ExprMethodCall, Ident, Path};

use crate::adapter;
use crate::extractor::args::{is_declared, span};
use crate::extractor::check::Extractor;
use crate::item::function::Function;
use crate::item::options::ResponseValue;
use crate::signature::arguments::{Argument, ParamKind, Source};

/// The function beside an error. The name exists as a type as well, so that `guard = …` is not a second error.
pub fn with_errors(function: &Function) -> TokenStream {
    let written = adapter::untouched(function);
    let path = guard_type(function);
    let name = &function.sig.ident;
    let cfgs = function.cfgs();
    quote! {
        #[allow(dead_code)]
        #written
        #path
        #(#cfgs)*
        const _: () = {
            impl ::start_runtime::__rt::Guard for #name {
                const RECORD: ::start_runtime::__rt::GuardRecord = ::core::unreachable!();
            }
        };
    }
}

/// The function, followed by what makes it an extractor.
pub fn extractor(extractor: &Extractor<'_>) -> TokenStream {
    let Extractor { function, returns, .. } = extractor;
    let (name, cfgs) = (&function.sig.ident, function.cfgs());
    let written = adapter::untouched(function);
    let path = guard_type(function);
    // A function that is only a guard finds a type that nobody else can name.
    let (found, only) = match returns.found {
        Some(ty) => (quote!(#ty), TokenStream::new()),
        None => (
            quote!(__StartPassed),
            quote!(
                #[derive(Clone)]
                struct __StartPassed;
            ),
        ),
    };
    let at = returns.found.map_or_else(|| name.span(), syn::spanned::Spanned::span);
    let absent = extractor.may_be_absent.then(|| quote!(impl ::start_runtime::__rt::MayBeAbsent for #found {}));
    let head = quote_spanned!(at=> impl ::start_runtime::__rt::Extract for #found);
    let members = members(extractor);
    quote! {
        #written
        #path
        #(#cfgs)*
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            use ::start_runtime::__rt::guard_levels::*;
            #only
            #head { #members }
            #absent
            impl ::start_runtime::__rt::Guard for #name {
                const RECORD: ::start_runtime::__rt::GuardRecord = ::start_runtime::__rt::guard_record::<#found>();
            }
        };
    }
}

/// `guard = current_user` names a type: a path to the function imports both.
fn guard_type(function: &Function) -> TokenStream {
    let (name, vis, cfgs) = (&function.sig.ident, &function.vis, function.cfgs());
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
        #vis enum #name {}
    }
}

fn members(extractor: &Extractor<'_>) -> TokenStream {
    let Extractor { function, arguments, returns, security, responses, .. } = extractor;
    let declaration = adapter::declaration(function, function.is_deprecated());
    let may_find_nothing = returns.may_find_nothing;
    let (call, docs) = (adapter::local("call"), adapter::local("docs"));
    let run = run(extractor, &call);
    let schemes = security.iter().map(scheme);
    let arguments = arguments.iter().map(|argument| describe(argument, &docs));
    let error = returns.may_refuse.then(|| adapter::describe_error(returns.ty, &docs));
    let declared = responses.iter().map(|(status, value)| match value {
        ResponseValue::Text(text) => adapter::on_docs(&quote!(declare(#status, #text))),
        ResponseValue::Type(ty) => adapter::declared_type(*status, ty),
    });
    quote! {
        const DECLARATION: ::start_runtime::__rt::Declaration = #declaration;
        const MAY_FIND_NOTHING: ::core::primitive::bool = #may_find_nothing;

        async fn run(
            #call: &::start_runtime::__rt::Call,
        ) -> ::core::result::Result<::core::option::Option<Self>, ::start_runtime::__rt::Outcome> {
            #run
        }

        fn share(&self) -> ::core::option::Option<Self> {
            (&&::start_runtime::__rt::Probe::<Self>::NEW).share_kind().share(self)
        }

        fn schemes() -> ::std::vec::Vec<::start_runtime::__rt::Scheme> {
            ::core::convert::From::from([#(#schemes),*])
        }

        fn describe(#docs: &mut ::start_runtime::__rt::Describe<'_>) {
            #(#arguments)*
            #error
            #(#declared)*
        }
    }
}

/// The body of `run`: reads the arguments, calls the function, and sorts what it returns.
fn run(extractor: &Extractor<'_>, call: &Ident) -> TokenStream {
    let Extractor { function, arguments, returns, .. } = extractor;
    let (readers, taken, out) = (adapter::local("readers"), adapter::local("arguments"), adapter::local("out"));
    let readers_of_all = arguments.iter().map(|argument| adapter::reader(argument, "_like"));
    let name = &function.sig.ident;
    let wait = function.sig.asyncness.map(|_| quote!(.await));
    let ok = match (returns.found, returns.may_find_nothing) {
        (None, _) => quote!(::core::option::Option::Some(__StartPassed)),
        (Some(_), false) => quote!(::core::option::Option::Some(#out)),
        (Some(_), true) => quote!(#out),
    };
    let answer = if returns.may_refuse {
        let refused = adapter::error_outcome(returns.ty, &out, call);
        quote! {
            match #out {
                ::core::result::Result::Ok(#out) => ::core::result::Result::Ok(#ok),
                ::core::result::Result::Err(#out) => ::core::result::Result::Err(#refused),
            }
        }
    } else {
        quote!(::core::result::Result::Ok(#ok))
    };
    quote! {
        let #readers = (#(#readers_of_all,)*);
        let #taken = ::start_runtime::__rt::read_all(#readers, #call).await?;
        let #out = ::start_runtime::__rt::invoke(#name, #taken)#wait;
        #answer
    }
}

fn describe(argument: &Argument<'_>, docs: &Ident) -> TokenStream {
    let Argument { source, ty, cfgs } = argument;
    match source {
        Source::Wrong(_) | Source::Input { .. } => TokenStream::new(),
        Source::Extractor { name } => adapter::describe_extractor(argument, name, docs),
        Source::Param { name, kind } => {
            let kind_name = match kind {
                ParamKind::One => format_ident!("One"),
                ParamKind::Optional => format_ident!("Optional"),
                ParamKind::Rest => format_ident!("Rest"),
            };
            let typed = (*kind != ParamKind::Rest).then(|| {
                quote_spanned!(ty.span()=> (&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_param(#docs, #name);)
            });
            quote! {
                #(#cfgs)* {
                    #docs.wants_param(#name, ::start_runtime::__rt::WantedKind::#kind_name);
                    #typed
                }
            }
        }
    }
}

/// A scheme: its name, or an expression that is one. `bearer("token")` is short for
/// `SecurityScheme::bearer("token")`.
fn scheme(scheme: &Expr) -> TokenStream {
    let at = span(scheme);
    let value = if is_declared(scheme) { declared_scheme(scheme) } else { quote!(#scheme) };
    quote_spanned!(at=> ::core::convert::Into::<::start_runtime::__rt::Scheme>::into(#value))
}

fn declared_scheme(scheme: &Expr) -> TokenStream {
    const SHORT: [&str; 6] = ["bearer", "basic", "header", "cookie", "query", "open_id_connect"];
    let short = |path: &Path| path.get_ident().filter(|ident| SHORT.iter().any(|short| *ident == short)).cloned();
    match scheme {
        Expr::MethodCall(ExprMethodCall { receiver, method, turbofish, args, .. }) => {
            let receiver = declared_scheme(receiver);
            quote!(#receiver.#method #turbofish (#args))
        }
        Expr::Call(ExprCall { func, args, .. }) => match &**func {
            Expr::Path(function) => match short(&function.path) {
                // A key is named after where it is, unless it has a name of its own.
                Some(short) if args.len() == 1 && ["header", "cookie", "query"].iter().any(|key| short == key) => {
                    quote!(::start_runtime::openapi::SecurityScheme::#short(#args, #args))
                }
                Some(short) => quote!(::start_runtime::openapi::SecurityScheme::#short(#args)),
                None => quote!(#scheme),
            },
            _ => quote!(#scheme),
        },
        Expr::Path(path) => match short(&path.path).filter(|short| short == "bearer" || short == "basic") {
            Some(short) => {
                let name = short.to_string();
                quote!(::start_runtime::openapi::SecurityScheme::#short(#name))
            }
            None => quote!(#scheme),
        },
        other => quote!(#other),
    }
}
