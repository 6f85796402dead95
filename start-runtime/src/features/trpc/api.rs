//! tRPC: procedures by attributes, and the protocol that `@trpc/client` speaks, versions 11 and 10.
//!
//! ```standalone_crate
//! use start_runtime::{prelude::*, trpc};
//!
//! /// Says hello.
//! #[trpc::query]
//! async fn hello(input: Option<String>) -> String {
//!     format!("hello {}", input.as_deref().unwrap_or("world"))
//! }
//!
//! let start = Start::new().trpc("/api/trpc");
//! # let _ = start;
//! ```
//!
//! The linker collects procedures as it collects routes. A client calls them by their names: that of the function in
//! camelCase, behind those of the modules below the router ([`router!`]), or the name that the attribute gives.

pub use super::called::Procedure;
pub use super::code::{Code, UnknownCode};
pub use super::connection_params::ConnectionParams;
pub use super::deferred::{Deferred, Streamed};
pub use super::error::Error;
pub use super::handle::fetch_request_handler;
pub use super::input::Input;
pub use super::maybe::Maybe;
pub use super::octets::OctetStream;
pub use super::router::{DEFAULT_MAX_BATCH_SIZE, DEFAULT_PING, ErrorFormat, Router};
pub use super::superjson::types as superjson;
pub use super::tracked::{Tracked, tracked};
pub use crate::kernel::Transformer;

/// Makes a function a query, which clients call by GET: `#[trpc::query]`.
#[doc = include_str!("../../../docs/trpc_query.md")]
pub use start_macros::trpc_query as query;

/// Makes a function a mutation, which clients call by POST: `#[trpc::mutation]`. It is written as a
/// [`query`](macro@query); forms and bytes are inputs of mutations alone.
pub use start_macros::trpc_mutation as mutation;

/// Makes a function a subscription, which clients call by an event stream: `#[trpc::subscription]`. It is written as a
/// [`query`](macro@query), and returns a stream.
pub use start_macros::trpc_subscription as subscription;

/// The [`Router`] of the module that this stands in: its procedures are those of this module and of the modules in it, and
/// their names begin here. Of two routers above a procedure, the inner one has it.
///
/// `trpc::router!(transformer = superjson)` exchanges what JSON does not know with clients that have
/// `transformer: superjson`: see [`superjson`].
///
/// ```
/// mod api {
///     use start_runtime::trpc;
///
///     pub fn app_router() -> trpc::Router {
///         trpc::router!()
///     }
///
///     mod post {
///         use start_runtime::trpc;
///
///         /// `post.byId`
///         #[trpc::query]
///         async fn by_id(input: u32) -> String {
///             format!("post {input}")
///         }
///     }
/// }
/// # fn main() {}
/// ```
pub use start_macros::trpc_router as router;
