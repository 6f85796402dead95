//! Tokens that every record needs: the function itself, and what calls it, describes it and submits
//! its record. No decisions here.
//!
//! Invariants: generated code names nothing in the user's module, uses absolute paths only, and keeps
//! the span of the user's type wherever that type can be wrong.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ReturnType, Type};

use crate::item::function::{Doc, DocSource, Function};
use crate::signature::arguments::{Argument, ParamKind, Source};

/// How a text that a function returns is sent.
#[derive(Clone, Copy)]
pub enum Text {
    Plain,
    Html,
}

/// The function as written, with room for a name in capitals.
pub fn untouched(Function { attrs, vis, sig, body }: &Function) -> TokenStream {
    quote! { #(#attrs)* #[allow(non_snake_case, clippy::future_not_send, clippy::unused_async)] #vis #sig #body }
}

/// A record of a function, as an anonymous constant beside it, with the traits that choose how its
/// types are read and sent.
pub fn function_record(function: &Function, record: &TokenStream) -> TokenStream {
    submit(
        function.cfgs(),
        &quote!(
            use ::start_runtime::__rt::levels::*;
        ),
        record,
    )
}

/// A record that does not depend on a function's types.
pub fn plain_record(attrs: impl IntoIterator<Item = impl ToTokens>, record: &TokenStream) -> TokenStream {
    submit(attrs, &TokenStream::new(), record)
}

fn submit(attrs: impl IntoIterator<Item = impl ToTokens>, imports: &TokenStream, record: &TokenStream) -> TokenStream {
    let attrs = attrs.into_iter();
    quote! {
        #(#attrs)*
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            #imports
            ::start_runtime::__rt::inventory::submit! { #record }
        };
    }
}

/// Where and how the function was written. The line is that of its name.
pub fn declaration(function: &Function, deprecated: bool) -> TokenStream {
    let name = function.sig.ident.to_string();
    let docs = function.docs().into_iter().map(|Doc { text, condition }| {
        let condition = condition.iter();
        let part = match text {
            DocSource::Comment(text) => quote!(::start_runtime::__rt::DocPart::Comment(#text)),
            DocSource::Value(value) => quote!(::start_runtime::__rt::DocPart::Text(#value)),
        };
        quote!(#(#[cfg(#condition)])* #part)
    });
    let deprecated_if = function.deprecated_if();
    let line = quote_spanned!(function.sig.ident.span()=> ::core::line!());
    quote! {
        ::start_runtime::__rt::Declaration {
            package: ::start_runtime::__rt::package!(),
            module: ::core::module_path!(),
            function: #name,
            file: ::core::file!(),
            line: #line,
            docs: &[#(#docs),*],
            deprecated: #deprecated #(|| ::core::cfg!(#deprecated_if))*,
        }
    }
}

/// A value that may be missing.
pub fn option<T: ToTokens>(value: Option<&T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The adapter: takes the arguments out of the call, calls the user's function, and turns its value into a response.
/// `status` applies to a plain value; `text` says how texts are sent.
pub fn handler(function: &Function, arguments: &[Argument<'_>], status: Option<u16>, text: Text) -> TokenStream {
    let call = local("call");
    let bad = local("bad");
    let values: Vec<Ident> = (0..arguments.len()).map(|index| local(&format!("a{index}"))).collect();
    let takes = arguments.iter().zip(&values).map(|(argument, value)| take(argument, value, &call, &bad));
    // All are read before the first that is bad is answered.
    let checks = arguments.iter().zip(&values).map(|(argument, value)| {
        let cfgs = &argument.cfgs;
        quote! {
            #(#cfgs)*
            let ::core::option::Option::Some(#value) = #value else {
                return ::start_runtime::__rt::Outcome::Problem(#bad.into_problem());
            };
        }
    });
    let given = arguments.iter().zip(&values).map(|(argument, value)| {
        let cfgs = &argument.cfgs;
        quote!(#(#cfgs)* #value)
    });
    let take_all = if values.is_empty() {
        TokenStream::new()
    } else {
        quote! {
            let mut #bad = ::start_runtime::__rt::BadParams::new();
            #(#takes)*
            #(#checks)*
        }
    };
    let name = &function.sig.ident;
    let wait = function.sig.asyncness.map(|_| quote!(.await));
    let out = local("out");
    let answer = answer(return_span(function), status, text, &out, &call);
    quote! {
        |#call: ::start_runtime::__rt::Call| -> ::start_runtime::__rt::HandlerFuture {
            ::start_runtime::__rt::boxed(async move {
                #take_all
                let #out = #name(#(#given),*)#wait;
                #answer
            })
        }
    }
}

fn take(argument: &Argument<'_>, value: &Ident, call: &Ident, bad: &Ident) -> TokenStream {
    let (ty, cfgs) = (argument.ty, &argument.cfgs);
    match &argument.source {
        Source::Param { name, kind } => {
            let function = match kind {
                ParamKind::One => format_ident!("param"),
                ParamKind::Optional => format_ident!("optional_param"),
                ParamKind::Rest => format_ident!("rest_param"),
            };
            quote_spanned! {ty.span()=>
                #(#cfgs)*
                let #value = ::start_runtime::__rt::#function::<#ty>(&#call, #name, &mut #bad);
            }
        }
        Source::Wrong(error) => {
            let error = error.to_compile_error();
            quote! {
                #(#cfgs)*
                let #value = { #error ::core::option::Option::Some(::start_runtime::__rt::any::<#ty>()) };
            }
        }
        Source::Extractor { name } => {
            let refusal = local("refusal");
            quote_spanned! {ty.span()=>
                #(#cfgs)*
                let #value = match (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).argument_kind().extract::<#ty>(&#call, #name, &mut #bad).await {
                    ::core::result::Result::Ok(#value) => #value,
                    ::core::result::Result::Err(#refusal) => return ::core::convert::Into::into(#refusal),
                };
            }
        }
    }
}

/// Turns the value `out` into a response. All tokens, names included, have the span of the return type; otherwise rustc
/// would point at the attribute when the type cannot be returned.
fn answer(span: Span, status: Option<u16>, text: Text, out: &Ident, call: &Ident) -> TokenStream {
    let here = |name: &str| Ident::new(&format!("__start_{name}"), span);
    let (value, found, nothing, error) = (here("value"), here("status"), here("nothing"), here("error"));
    let (out, call) = (at(out, span), at(call, span));
    let text = match text {
        Text::Plain => quote!(Plain),
        Text::Html => quote!(Html),
    };
    let respond = match status {
        Some(code) => {
            quote_spanned!(span=> respond_with(#value, #code, #found, ::start_runtime::__rt::Text::#text, &#call))
        }
        None => quote_spanned!(span=> respond(#value, #found, ::start_runtime::__rt::Text::#text, &#call)),
    };
    let code = option(status.as_ref());
    quote_spanned! {span=>
        match (&&&::start_runtime::__rt::Probe::of(&#out)).split_kind().split(#out) {
            ::core::result::Result::Ok(::start_runtime::__rt::Split::Value(#value)) => {
                let (#found, #value) = (&&&::start_runtime::__rt::Probe::of(&#value)).status_kind().split(#value);
                (&&&&::start_runtime::__rt::Probe::of(&#value)).leaf_kind().#respond
            }
            ::core::result::Result::Ok(#nothing) => #nothing.outcome(#code),
            ::core::result::Result::Err(#error) => {
                let #error = (&&&::start_runtime::__rt::Probe::of(&#error)).status_kind().ordered(#error);
                (&&&&&&&&&::start_runtime::__rt::Probe::of(&#error)).error_kind().fail(#error, ::start_runtime::__rt::Text::#text, &#call)
            }
        }
    }
}

fn return_span(function: &Function) -> Span {
    match &function.sig.output {
        ReturnType::Default => function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    }
}

/// What the docs and the start-up checks need to know about the types. None of this runs until it is requested.
pub fn describe(function: &Function, arguments: &[Argument<'_>], more: &[TokenStream]) -> TokenStream {
    let docs = local("docs");
    let (probe, outer, inner) = (local("probe"), local("outer"), local("inner"));
    let described = arguments.iter().map(|Argument { source, ty, cfgs }| match source {
        // The rest of the path is documented as text, whatever the type of its segments.
        Source::Param { kind: ParamKind::Rest, .. } | Source::Wrong(_) => TokenStream::new(),
        Source::Param { name, .. } => {
            quote_spanned!(ty.span()=> #(#cfgs)* { (&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_param(#docs, #name); })
        }
        Source::Extractor { name } => {
            // `Option` and `Result` of `Option` are taken off; what is nested deeper documents itself.
            quote_spanned! {ty.span()=>
                #(#cfgs)* {
                    let #probe = ::start_runtime::__rt::Probe::<#ty>::NEW;
                    let #outer = (&&#probe).nesting_kind();
                    let #probe = #outer.inside(&#probe);
                    let #inner = (&&#probe).nesting_kind();
                    let #probe = #inner.inside(&#probe);
                    #outer.describe(#docs, |#docs| #inner.describe(#docs, |#docs| (&&&&&&#probe).describe_argument(#docs, #name)));
                }
            }
        }
    });
    let name = &function.sig.ident;
    let anything = arguments.iter().map(|Argument { cfgs, .. }| quote!(#(#cfgs)* ::start_runtime::__rt::any()));
    let probe = if function.sig.asyncness.is_some() { format_ident!("async_output") } else { format_ident!("output") };
    let (output, error) = (local("output"), local("error"));
    quote! {
        |#docs: &mut ::start_runtime::__rt::Describe<'_>| {
            #(#described)*
            let #output = ::start_runtime::__rt::#probe(|| #name(#(#anything),*));
            let #error = (&&&#output).split_kind().error(&#output);
            let #output = (&&&#output).split_kind().describe(&#output, #docs);
            let #output = (&&&#output).status_kind().describe(&#output, #docs);
            (&&&&&&&#output).describe_output(#docs);
            let #error = (&&&#error).status_kind().ordered_probe(&#error);
            (&&&&&&&#error).describe_error(#docs);
            #(#more)*
        }
    }
}

/// A call on the docs of a record.
pub fn on_docs(call: &TokenStream) -> TokenStream {
    let docs = local("docs");
    quote!(#docs.#call;)
}

/// What a type says of a status, for the docs of a record.
pub fn declared_type(status: u16, ty: &Type) -> TokenStream {
    let docs = local("docs");
    quote_spanned! {ty.span()=>
        (&&&&::start_runtime::__rt::Probe::<#ty>::NEW).declared_kind().declare::<#ty>(#docs, #status);
    }
}

/// A name that no code of the user's can see or shadow. The prefix is for constants: they are items,
/// which macro hygiene does not hide, and a pattern with the name of a constant is a comparison.
fn local(name: &str) -> Ident {
    Ident::new(&format!("__start_{name}"), Span::mixed_site())
}

/// A local at another place.
fn at(local: &Ident, place: Span) -> Ident {
    Ident::new(&local.to_string(), local.span().located_at(place))
}
