//! The attributes of Start. Their documentation is on the re-exports in `start_runtime`.
//!
//! Text → model → checks → tokens: `item` reads what was written, `grammar` knows the text of a path,
//! `signature` and `route` decide, `adapter` and `route` write the code.

mod adapter;
mod entry;
mod extractor;
mod grammar;
mod item;
mod manifest;
mod middleware;
mod procedure;
mod route;
mod signature;

use proc_macro::TokenStream;

use crate::route::Kind;

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn api_route(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(route::attribute(Kind::Api, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn page_route(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(route::attribute(Kind::Page, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn ws_route(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(route::attribute(Kind::Socket, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn extractor(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(extractor::attribute(args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro]
pub fn guard(input: TokenStream) -> TokenStream {
    manifest::with_own_name(extractor::guard(input.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro]
pub fn middleware(input: TokenStream) -> TokenStream {
    manifest::with_own_name(middleware::middleware(input.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    manifest::with_own_name(route::routes(input.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(entry::main(args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn openapi(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(entry::openapi(args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(entry::test(args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn trpc_query(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(procedure::attribute(procedure::Kind::Query, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn trpc_mutation(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(procedure::attribute(procedure::Kind::Mutation, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro_attribute]
pub fn trpc_subscription(args: TokenStream, item: TokenStream) -> TokenStream {
    manifest::with_own_name(procedure::attribute(procedure::Kind::Subscription, args.into(), item.into())).into()
}

#[allow(missing_docs, reason = "documented where users see it, on the re-export")]
#[proc_macro]
pub fn trpc_router(input: TokenStream) -> TokenStream {
    manifest::with_own_name(procedure::router(input.into())).into()
}
