//! Tokens: a checked route becomes one record, submitted at link time. No decisions here.
//!
//! What is generated names nothing in the user's module, uses absolute paths only, and keeps the
//! span of the user's type wherever a type can be wrong.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{AttrStyle, Attribute, Expr, ReturnType};

use crate::grammar::pattern::{Part, Segment};
use crate::item::function::Function;
use crate::item::module::Module;
use crate::route::check::Route;
use crate::route::kind::Kind;
use crate::route::scope::SharedOptions;
use crate::signature::arguments::{Argument, ParamKind, Source};

/// The function as written, with room for a name in capitals.
pub fn untouched(Function { attrs, vis, sig, body }: &Function) -> TokenStream {
    quote! { #(#attrs)* #[allow(non_snake_case, clippy::future_not_send, clippy::unused_async)] #vis #sig #body }
}

/// The module with other tokens in its braces.
pub fn module(module: &Module, items: &TokenStream) -> TokenStream {
    let Module { attrs, vis, token, ident, .. } = module;
    let (inner, outer): (Vec<_>, Vec<_>) = attrs.iter().partition(|attr| matches!(attr.style, AttrStyle::Inner(_)));
    let body = Group::new(Delimiter::Brace, quote! { #(#inner)* #items });
    quote! { #(#outer)* #vis #token #ident #body }
}

/// An item that gets no record: nothing should complain that it is not used.
pub fn without_route(item: &TokenStream) -> TokenStream {
    quote! { #[allow(non_snake_case, dead_code)] #item }
}

/// An attribute that was taken out still uses the import that it was written for.
pub fn in_use(attribute: &Attribute) -> TokenStream {
    let path = attribute.path();
    let span = path.segments.last().map_or_else(Span::call_site, |last| last.ident.span());
    quote_spanned! {span=> const _: () = { #[allow(unused_imports)] use #path as _; }; }
}

/// The record of a route, as an anonymous constant beside the function.
pub fn route(route: &Route<'_>) -> TokenStream {
    let Route { methods, pattern, optional, docs, function, .. } = route;
    let SharedOptions { tag, hidden, deprecated, security, body_limit } = &route.options;
    let kind = match route.kind {
        Kind::Api => quote!(Api),
        Kind::Page => quote!(Page),
    };
    let paths = route.paths.iter().map(|segments| path(segments));
    let status = option(route.status.as_ref());
    let tag = option(tag.as_ref());
    let body_limit = option(body_limit.as_ref().map(constant).as_ref());
    let name = function.sig.ident.to_string();
    let cfgs = function.cfgs();
    let security = security.iter();
    let line = quote_spanned!(function.sig.ident.span()=> ::core::line!());
    let handler = handler(route);
    let describe = describe(route);
    quote! {
        #(#cfgs)*
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            use ::start_runtime::__rt::levels::*;
            ::start_runtime::__rt::inventory::submit! {
                ::start_runtime::__rt::Route {
                    kind: ::start_runtime::__rt::RouteKind::#kind,
                    methods: &[#(#methods),*],
                    pattern: #pattern,
                    paths: &[#(#paths),*],
                    optional: #optional,
                    status: #status,
                    tag: #tag,
                    hidden: #hidden,
                    deprecated: #deprecated,
                    security: &[#(#security),*],
                    body_limit: #body_limit,
                    docs: #docs,
                    function: #name,
                    package: ::start_runtime::__rt::package!(),
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: #line,
                    handler: #handler,
                    describe: #describe,
                }
            }
        };
    }
}

fn option<T: quote::ToTokens>(value: Option<&T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// A constant of its own, so that a wrong type is told where the expression stands, and nowhere else.
fn constant(bytes: &Expr) -> TokenStream {
    quote_spanned!(bytes.span()=> { const __START_BODY_LIMIT: ::core::primitive::usize = #bytes; __START_BODY_LIMIT })
}

fn path(segments: &[Segment]) -> TokenStream {
    let params = segments.iter().flat_map(Segment::params);
    let segments = segments.iter().map(segment);
    quote! {
        ::start_runtime::__rt::RoutePath { segments: &[#(#segments),*], params: &[#(#params),*] }
    }
}

fn segment(segment: &Segment) -> TokenStream {
    let variant = match segment {
        Segment::Literal(text) => quote!(Literal(#text)),
        Segment::Dynamic(parts) => match parts.as_slice() {
            [Part::Param(_)] => quote!(Param),
            parts => {
                let parts = parts.iter().map(|part| match part {
                    Part::Literal(text) => quote!(::start_runtime::__rt::Part::Literal(#text)),
                    Part::Param(_) => quote!(::start_runtime::__rt::Part::Param),
                });
                quote!(Mixed(&[#(#parts),*]))
            }
        },
        // Expansions have no optional segments left.
        Segment::Optional(_) => quote!(Param),
        Segment::Rest(_) => quote!(Rest),
        Segment::OptionalRest(_) => quote!(OptionalRest),
    };
    quote!(::start_runtime::__rt::Segment::#variant)
}

/// The adapter: arguments out of the call, the user's function, the answer out of its value.
fn handler(route: &Route<'_>) -> TokenStream {
    let call = local("call");
    let bad = local("bad");
    let values: Vec<Ident> = (0..route.arguments.len()).map(|index| local(&format!("a{index}"))).collect();
    let takes = route.arguments.iter().zip(&values).map(|(argument, value)| take(argument, value, &call, &bad));
    let take_all = if values.is_empty() {
        TokenStream::new()
    } else {
        quote! {
            let mut #bad = ::start_runtime::__rt::BadParams::new();
            #(#takes)*
            let (#(::core::option::Option::Some(#values),)*) = (#(#values,)*) else {
                return ::start_runtime::__rt::Outcome::Problem(#bad.into_problem());
            };
        }
    };
    let function = &route.function.sig.ident;
    let wait = route.function.sig.asyncness.map(|_| quote!(.await));
    let out = local("out");
    let answer = answer(route, &out, &call);
    quote! {
        |#call: ::start_runtime::__rt::Call| -> ::start_runtime::__rt::HandlerFuture {
            ::start_runtime::__rt::boxed(async move {
                #take_all
                let #out = #function(#(#values),*)#wait;
                #answer
            })
        }
    }
}

fn take(argument: &Argument<'_>, value: &Ident, call: &Ident, bad: &Ident) -> TokenStream {
    let ty = argument.ty;
    match &argument.source {
        Source::Param { name, kind } => {
            let function = match kind {
                ParamKind::One => format_ident!("param"),
                ParamKind::Optional => format_ident!("optional_param"),
                ParamKind::Rest => format_ident!("rest_param"),
            };
            quote_spanned! {ty.span()=>
                let #value = ::start_runtime::__rt::#function::<#ty>(&#call, #name, &mut #bad);
            }
        }
        Source::Extractor { name } => {
            let problem = local("problem");
            quote_spanned! {ty.span()=>
                let #value = match (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).argument_kind().extract::<#ty>(&#call, #name, &mut #bad).await {
                    ::core::result::Result::Ok(#value) => #value,
                    ::core::result::Result::Err(#problem) => return ::start_runtime::__rt::Outcome::Problem(#problem),
                };
            }
        }
    }
}

fn answer(route: &Route<'_>, out: &Ident, call: &Ident) -> TokenStream {
    // All of it stands at the return type, names included, or rustc would point at the attribute when
    // the type is no answer.
    let span = return_span(route);
    let here = |name: &str| Ident::new(&format!("__start_{name}"), span);
    let (value, status, nothing, error) = (here("value"), here("status"), here("nothing"), here("error"));
    let (out, call) = (at(out, span), at(call, span));
    let text = match route.kind {
        Kind::Api => quote!(Plain),
        Kind::Page => quote!(Html),
    };
    let respond = match route.status {
        Some(code) => {
            quote_spanned!(span=> respond_with(#value, #code, #status, ::start_runtime::__rt::Text::#text, &#call))
        }
        None => quote_spanned!(span=> respond(#value, #status, ::start_runtime::__rt::Text::#text, &#call)),
    };
    let code = option(route.status.as_ref());
    quote_spanned! {span=>
        match (&&&::start_runtime::__rt::Probe::of(&#out)).split_kind().split(#out) {
            ::core::result::Result::Ok(::start_runtime::__rt::Split::Value(#value)) => {
                let (#status, #value) = (&&&::start_runtime::__rt::Probe::of(&#value)).status_kind().split(#value);
                (&&&&::start_runtime::__rt::Probe::of(&#value)).leaf_kind().#respond
            }
            ::core::result::Result::Ok(#nothing) => #nothing.outcome(#code),
            ::core::result::Result::Err(#error) => (&&&&&::start_runtime::__rt::Probe::of(&#error)).error_kind().fail(#error),
        }
    }
}

fn return_span(route: &Route<'_>) -> Span {
    match &route.function.sig.output {
        ReturnType::Default => route.function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    }
}

/// What the docs and the start-up checks want to know; nothing of it runs before it is asked for.
fn describe(route: &Route<'_>) -> TokenStream {
    let docs = local("docs");
    let arguments = route.arguments.iter().map(|Argument { source, ty }| match source {
        // The rest of the path is text, whatever becomes of its segments.
        Source::Param { kind: ParamKind::Rest, .. } => TokenStream::new(),
        Source::Param { name, .. } => {
            quote_spanned!(ty.span()=> (&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_param(#docs, #name);)
        }
        Source::Extractor { name } => {
            quote_spanned!(ty.span()=> (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_argument(#docs, #name);)
        }
    });
    let function = &route.function.sig.ident;
    let anything = route.arguments.iter().map(|_| quote!(::start_runtime::__rt::any()));
    let probe =
        if route.function.sig.asyncness.is_some() { format_ident!("async_output") } else { format_ident!("output") };
    let (output, error) = (local("output"), local("error"));
    quote! {
        |#docs: &mut ::start_runtime::__rt::Describe<'_>| {
            #(#arguments)*
            let #output = ::start_runtime::__rt::#probe(|| #function(#(#anything),*));
            let #error = (&&&#output).split_kind().error(&#output);
            let #output = (&&&#output).split_kind().describe(&#output, #docs);
            let #output = (&&&#output).status_kind().describe(&#output, #docs);
            (&&&&&&&#output).describe_output(#docs);
            (&&&&#error).describe_error(#docs);
        }
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
