//! Tokens of routes: the record of a checked route, the modules of a folder, and the user's items as they are written
//! out again. No decisions here.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{AttrStyle, Attribute, Expr};

use crate::adapter::{self, Text, Way, option};
use crate::grammar::pattern::{Part, Segment};
use crate::item::module::Module;
use crate::item::options::ResponseValue;
use crate::route::args::Response;
use crate::route::check::Route;
use crate::route::files::{Folder, Middleware};
use crate::route::kind::Kind;
use crate::route::procedures::procedure_calls;
use crate::route::rate::RateLimit;
use crate::route::scope::{FunctionPath, SharedOptions, StepPath};
use crate::route::socket::Socket;

/// The module with other tokens in its braces.
pub fn module(module: &Module, items: &TokenStream) -> TokenStream {
    let Module { attrs, vis, token, ident, .. } = module;
    let (inner, outer): (Vec<_>, Vec<_>) = attrs.iter().partition(|attr| matches!(attr.style, AttrStyle::Inner(_)));
    let body = Group::new(Delimiter::Brace, quote! { #(#inner)* #items });
    quote! { #(#outer)* #vis #token #ident #body }
}

/// An item that gets no record. Without one it is unused, which is not worth a warning.
pub fn without_route(item: &TokenStream) -> TokenStream {
    quote! { #[allow(non_snake_case, dead_code)] #item }
}

/// Uses the import of an attribute that was taken out of a module, so that the import is not reported as unused.
pub fn in_use(attribute: &Attribute) -> TokenStream {
    let path = attribute.path();
    let span = path.segments.last().map_or_else(Span::call_site, |last| last.ident.span());
    quote_spanned! {span=> const _: () = { #[allow(unused_imports)] use #path as _; }; }
}

/// The record of a route.
pub fn route(route: &Route<'_>) -> TokenStream {
    let Route { methods, pattern, optional, function, arguments, .. } = route;
    let SharedOptions { tag, hidden, deprecated, security, body_limit, steps, rate_limit, rate_limit_by, responses } =
        &route.options;
    let (kind, text) = match route.kind {
        Kind::Api => (quote!(Api), Text::Plain),
        Kind::Page => (quote!(Page), Text::Html),
        Kind::Socket => (quote!(Api), Text::Plain),
    };
    let paths = route.paths.iter().map(|segments| path(segments));
    let status = option(route.status.as_ref());
    let tag = option(tag.as_ref());
    let body_limit = option(body_limit.as_ref().map(constant).as_ref());
    let security = security.iter();
    let steps = steps.iter().map(|StepPath { kind, path, up }| adapter::step(*kind, path, *up));
    let declaration = adapter::declaration(function, *deprecated);
    let limit = rate_limit.map(|limit| limit_record(limit, rate_limit_by.as_ref(), &declaration));
    // By address before who is asking is found out, which may cost something; by a name afterwards.
    let (first, last) = if rate_limit_by.is_none() { (limit, None) } else { (None, limit) };
    let steps = first.into_iter().chain(steps).chain(last);
    let procedures =
        procedure_calls(function).map(|calls| adapter::on_docs(&quote!(answers_procedures(&[#(#calls),*]))));
    let declared: Vec<TokenStream> = responses.iter().map(declared).chain(procedures).collect();
    let way = route.socket.as_ref().map_or(Way::Answer, |socket| Way::Socket(socket_options(socket)));
    let adapter = adapter::adapter(function, arguments, route.status, text, &way, &declared);
    let record = quote! {
        ::start_runtime::__rt::Route {
            declaration: #declaration,
            kind: ::start_runtime::__rt::RouteKind::#kind,
            methods: &[#(#methods),*],
            pattern: #pattern,
            paths: &[#(#paths),*],
            optional: #optional,
            status: #status,
            tag: #tag,
            hidden: #hidden,
            security: &[#(#security),*],
            body_limit: #body_limit,
            steps: &[#(#steps),*],
            adapter: #adapter,
        }
    };
    let levels = quote!(
        use ::start_runtime::__rt::levels::*;
    );
    adapter::function_record(function, &levels, &record)
}

/// What the runtime has to know of a socket.
fn socket_options(Socket { protocols, message_limit }: &Socket) -> TokenStream {
    let message_limit = option(message_limit.as_ref().map(constant).as_ref());
    quote! {
        ::start_runtime::__rt::SocketOptions { protocols: &[#(#protocols),*], message_limit: #message_limit }
    }
}

/// A separate constant, so that a wrong type is reported at the expression, and only there.
fn constant(bytes: &Expr) -> TokenStream {
    quote_spanned!(bytes.span()=> { const __START_BODY_LIMIT: ::core::primitive::usize = #bytes; __START_BODY_LIMIT })
}

/// The record of a rate limit. Its tokens have the place of its text, for a program without the feature.
fn limit_record(limit: RateLimit, by: Option<&FunctionPath>, declaration: &TokenStream) -> TokenStream {
    let RateLimit { requests, milliseconds, span } = limit;
    let limits = quote_spanned!(span=> ::start_runtime::__rt::rate_limit);
    let rate = quote!(#limits::Rate::new(#requests, #milliseconds));
    let call = adapter::local("call");
    let check = match by {
        None => quote!(#limits::check(#call, #rate)),
        Some(FunctionPath { path, up }) => {
            let name = adapter::value(path, *up);
            quote_spanned!(path.span()=> #limits::check_by(#call, #rate, #name))
        }
    };
    let docs = adapter::local("docs");
    let record = quote!(#limits::record(#declaration, |#call| #check, |#docs| #rate.describe(#docs)));
    quote!(::start_runtime::__rt::Step::Guard(#record))
}

/// What the attribute says of one status, for the docs. The type keeps its place, so that a wrong one is reported there.
fn declared(response: &Response) -> TokenStream {
    let status = response.status;
    match &response.value {
        ResponseValue::Text(text) => adapter::on_docs(&quote!(declare(#status, #text))),
        ResponseValue::Type(ty) => adapter::declared_type(status, ty),
    }
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
                let parts = parts.iter().map(part);
                quote!(Mixed(&[#(#parts),*]))
            }
        },
        Segment::MixedRest(parts) => {
            let parts = parts.iter().map(part);
            quote!(MixedRest(&[#(#parts),*]))
        }
        // Expansions have no optional segments left.
        Segment::Optional(_) => quote!(Param),
        Segment::Rest(_) => quote!(Rest),
        Segment::OptionalRest(_) => quote!(OptionalRest),
    };
    quote!(::start_runtime::__rt::Segment::#variant)
}

fn part(part: &Part) -> TokenStream {
    match part {
        Part::Literal(text) => quote!(::start_runtime::__rt::SegmentPart::Literal(#text)),
        Part::Param(_) => quote!(::start_runtime::__rt::SegmentPart::Param),
    }
}

/// A module for each file of a folder, and the record of the folder.
pub fn folder(folder: &Folder) -> TokenStream {
    let Folder { path, name, modules, left_out, middleware } = folder;
    let files: Vec<&String> =
        modules.iter().map(|(file, _)| file).chain(middleware.iter().map(|found| &found.file)).collect();
    let routes = modules.iter().map(|(file, module)| quote! { #[path = #file] pub mod #module; });
    let left_out = left_out.iter().map(|(file, reason)| quote!((#file, #reason)));
    let steps = middleware.iter().map(|found| folder_steps(found, &name.value()));
    let record = quote! {
        ::start_runtime::__rt::RouteFolder {
            path: #path,
            name: #name,
            files: &[#(#files),*],
            left_out: &[#(#left_out),*],
        }
    };
    let record = adapter::plain_record([quote!(#[cfg(debug_assertions)])], &record);
    quote! { #(#routes)* #(#steps)* #record }
}

/// The module of a `_middleware.rs`, and the records of what it exports.
fn folder_steps(found: &Middleware, folder: &str) -> TokenStream {
    let Middleware { file, module, depth, below, exports } = found;
    let place = format!("{folder}/{file}");
    let records = exports.iter().map(|kind| {
        let name = Ident::new(kind.name(), Span::call_site());
        let step = adapter::step(*kind, &syn::parse_quote!(#module::#name), 0);
        let record = quote! {
            ::start_runtime::__rt::ModuleStep {
                module: ::core::module_path!(),
                below: ::core::option::Option::Some(&[#(#below),*]),
                depth: #depth,
                step: #step,
                file: #place,
                line: 1,
            }
        };
        adapter::plain_record(std::iter::empty::<TokenStream>(), &record)
    });
    quote! { #[path = #file] pub mod #module; #(#records)* }
}
