//! API routes by attributes: annotate a function, run the binary, read the generated docs.
//!
//! ```no_run
//! use start_runtime::prelude::*;
//!
//! #[derive(serde::Serialize)]
//! struct Student {
//!     name: String,
//!     year: u16,
//! }
//!
//! /// The students of one house in one year.
//! #[api_route("/api/[house]/students/year-[year]")]
//! async fn GET(house: String, year: u16) -> Vec<Student> {
//!     vec![Student { name: format!("Somebody of {house}"), year }]
//! }
//!
//! fn main() -> std::io::Result<()> {
//!     start_runtime::run()
//! }
//! ```
//!
//! Each attribute leaves a record of its route in the program, and the linker collects these records. The router, the
//! `routes` command, the OpenAPI document and the docs page at `/docs` are all generated from them. You register
//! nothing.
//!
//! | to | see |
//! |---|---|
//! | write routes | [`api_route`], [`page_route`] |
//! | read requests | [`APIEvent`], [`Json`], [`Query`], [`Form`], [`Header`], [`Cookie`], [`Data`] |
//! | read uploads | [`Multipart`], [`UploadedFile`], [`Request::stream`] |
//! | talk both ways | [`ws_route`], [`WebSocket`], [`Socket`] |
//! | remember visitors | [`Session`], [`SessionConfig`], [`Cookies`] |
//! | answer them | [`Response`], [`Download`], [`Events`], [`Problem`] |
//! | run | [`run`], [`Start`] |
//! | test | [`test`](mod@test) |
//!
//! Start is built on actix-web: actix's extractors, responders and middleware work unchanged. Start replaces only the
//! router, so there is no `web::Path`; take parameters by name instead.

// The code that the attributes generate names `::start_runtime`, even in this crate's own tests.
extern crate self as start_runtime;

#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod adapter;
mod base;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod decode;
mod describe;
mod dispatch;
mod document;
mod event;
mod extract;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod features {
    //! Capabilities: one folder is one capability is one cargo feature, and none names another.
    //!
    //! To delete one, delete its folder, its `mod` and its `pub use` in this file, its line in `run/capabilities.rs`, and
    //! its feature in Cargo.toml. Nothing else knows it.

    #[cfg(feature = "caching")]
    pub mod caching;
    #[cfg(feature = "compress")]
    pub mod compress;
    #[cfg(feature = "cors")]
    pub mod cors;
    #[cfg(feature = "csrf")]
    pub mod csrf;
    #[cfg(feature = "docs")]
    pub mod docs;
    #[cfg(feature = "garde")]
    pub mod garde;
    #[cfg(feature = "graphql")]
    pub mod graphql;
    #[cfg(feature = "health")]
    pub mod health;
    #[cfg(feature = "http1")]
    pub mod http1;
    #[cfg(feature = "metrics")]
    pub mod metrics;
    #[cfg(feature = "multipart")]
    pub mod multipart;
    #[cfg(feature = "oidc")]
    pub mod oidc;
    #[cfg(feature = "opentelemetry")]
    pub mod opentelemetry;
    #[cfg(feature = "proxy")]
    pub mod proxy;
    #[cfg(feature = "rate-limit")]
    pub mod rate_limit;
    #[cfg(feature = "rooms")]
    pub mod rooms;
    #[cfg(feature = "security-headers")]
    pub mod security_headers;
    #[cfg(feature = "session")]
    pub mod session;
    #[cfg(feature = "sse")]
    pub mod sse;
    #[cfg(feature = "trpc")]
    pub mod trpc;
    #[cfg(feature = "types")]
    pub mod types;
    #[cfg(feature = "webhook")]
    pub mod webhook;
    #[cfg(feature = "ws")]
    pub mod ws;
}
mod http;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod kernel;
#[cfg(feature = "redis")]
mod redis;
mod response;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod router;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod run;
mod start;
pub mod test;
mod transport;
#[allow(dead_code, unused_imports, reason = "capabilities write types")]
mod typescript;

#[doc(hidden)]
#[path = "rt.rs"]
#[allow(missing_docs, reason = "not public API: called by generated code")]
pub mod __rt;

pub use actix_web;
pub use actix_web::http::StatusCode;
pub use cookie;
#[cfg(feature = "metrics")]
pub use metrics;
#[cfg(feature = "opentelemetry")]
pub use opentelemetry;
pub use schemars;
pub use serde_json;
pub use url::Url;

pub use event::{
    APIEvent, Cookies, DeletedCookie, Fetch, FetchError, FetchResponse, IntoFetch, Locals, MOST_NESTED_FETCHES, Params,
    Request, RequestBuilder, RequestStream, SealedCookies, SearchParams, Secrets, SendStream, StagedResponse,
    delete_cookie, encode_segment, get_cookie, parse_cookies, set_cookie,
};
pub use extract::{Cookie, Data, Form, FromOptionalParam, FromParam, FromRestParam, Header, Json, Query};
#[cfg(feature = "caching")]
pub use features::caching::{CacheControl, Version, Versioned};
#[cfg(feature = "compress")]
pub use features::compress::{Coding, Compression};
#[cfg(feature = "cors")]
pub use features::cors::Cors;
#[cfg(feature = "csrf")]
pub use features::csrf::Csrf;
#[cfg(feature = "garde")]
pub use features::garde::validate;
#[cfg(feature = "graphql")]
pub use features::graphql::api as graphql;
#[cfg(feature = "multipart")]
pub use features::multipart::{FileStream, Multipart, MultipartLimits, Part, Parts, UploadedFile};
#[cfg(feature = "oidc")]
pub use features::oidc::{OAuth2, Oidc, SignedIn, SignedInUser, signed_in_user};
#[cfg(feature = "proxy")]
pub use features::proxy::{FetchPolicy, Forward, Proxy};
#[cfg(feature = "rate-limit")]
pub use features::rate_limit::{Rate, RateCheckFuture, RateDecision, RateFuture, RateKey, RateOutage, RateStore};
#[cfg(feature = "rooms")]
#[cfg(feature = "redis")]
pub use features::rooms::RedisRooms;
#[cfg(feature = "rooms")]
pub use features::rooms::{
    DEFAULT_ROOM_QUEUE, JoinRoom, MemberId, MemoryRooms, NewRoomEntry, Present, RoomDelivery, RoomEntry, RoomEntryKind,
    RoomError, RoomEvent, RoomFuture, RoomHistory, RoomLeavers, RoomMember, RoomNews, RoomPosition, RoomStore, Rooms,
};
#[cfg(feature = "security-headers")]
pub use features::security_headers::SecurityHeaders;
#[cfg(feature = "session-iron")]
pub use features::session::Iron;
#[cfg(feature = "session")]
pub use features::session::{
    Session, SessionConfig, SessionData, SessionRecord, SessionStore, StoreError, StoreFuture, clear_session,
    update_session, use_session,
};
#[cfg(feature = "sse")]
pub use features::sse::{DEFAULT_KEEP_ALIVE, EventItem, Events, LastEventId, ServerEvent};
#[cfg(feature = "trpc")]
pub use features::trpc::api as trpc;
#[cfg(feature = "types")]
pub use features::types::integer_text;
#[cfg(feature = "webhook")]
pub use features::webhook::public as webhook;
#[cfg(feature = "ws")]
pub use features::ws::{
    Close, CloseCode, CloseReason, IllegalClose, Message, Payload, Socket, SocketClosed, SocketEnd, SocketReceiver,
    SocketSender, Sockets, WebSocket,
};
pub use kernel::{
    DEFAULT_BODY_LIMIT, DEFAULT_FETCH_LIMIT, DEFAULT_HEADER_LIMIT, DEFAULT_STREAM_LIMIT, ErrorContext, Matched,
    Middleware, MiddlewareAnswer, Next,
};
#[cfg(feature = "redis")]
pub use redis::Redis;
pub use response::{Download, IntoBody, IntoCookie, IntoStatus, Partitioned, Problem, Response};
pub use run::{Listening, StopHandle, run};
pub use start::Start;
pub use transport::{NotSwitched, Tunnel, Upgrade};

/// Makes a function answer requests: `#[api_route("/api/[house]/students/year-[year]")]`.
#[doc = include_str!("../docs/api_route.md")]
pub use start_macros::api_route;

/// Makes a function answer GET and HEAD with a page: `#[page_route("/students")]`.
///
/// This is [`api_route`](macro@api_route) with three differences: text is sent as `text/html; charset=utf-8`, the
/// method is always GET, and the function may have any name. API routes come first: a page answers if no API route of
/// the same path accepts the method, or if the API route returns `()` or `None`.
///
/// ```
/// use start_runtime::prelude::*;
///
/// #[page_route("/students/[name]")]
/// async fn student(name: String) -> String {
///     format!("<!doctype html><title>Student {}</title>", name.replace('&', "&amp;").replace('<', "&lt;"))
/// }
/// # fn main() {}
/// ```
pub use start_macros::page_route;

/// Makes a function the handler of a WebSocket: `#[ws_route("/api/chat/[room]")]`.
#[cfg(feature = "ws")]
#[doc = include_str!("../docs/ws_route.md")]
pub use start_macros::ws_route;

/// Makes a function the way in which its type is read from a request, and a guard.
#[doc = include_str!("../docs/extractor.md")]
pub use start_macros::extractor;

/// Puts a guard before all routes of the module that it stands in, and of the modules in it: in a route file, before the
/// routes of the file.
///
/// ```
/// mod account {
///     use start_runtime::prelude::*;
///
///     struct User(String);
///
///     #[extractor(security = bearer("token"))]
///     async fn current_user(event: APIEvent) -> Result<User, Problem> {
///         let token = event.request.bearer_token()?;
///         token.map(|token| User(token.into())).ok_or_else(|| Problem::unauthorized("who is asking?"))
///     }
///
///     start_runtime::guard!(current_user);
///
///     #[api_route("/account/settings")]
///     async fn GET(user: User) -> String {
///         user.0
///     }
/// }
/// # fn main() {}
/// ```
pub use start_macros::guard;

/// Puts a middleware around all routes of the module that it stands in, and of the modules in it: in a route file, around
/// the routes of the file.
///
/// ```
/// mod reports {
///     use start_runtime::{Next, prelude::*};
///
///     async fn private(_: APIEvent, next: Next) -> Response {
///         next.run().await.header("Cache-Control", "private, no-store")
///     }
///
///     start_runtime::middleware!(private);
///
///     #[api_route("/reports/monthly")]
///     async fn GET() -> &'static str {
///         "all is well"
///     }
/// }
/// # fn main() {}
/// ```
pub use start_macros::middleware;

/// Makes the files of a folder routes: each file becomes a module.
#[doc = include_str!("../docs/routes.md")]
pub use start_macros::routes;

/// Makes `async fn main` the entry point: it handles the command line first, then runs the body on actix's runtime.
///
/// `routes`, `match`, `openapi`, `types` and `docs` answer before the body runs, so they need no database.
///
/// ```no_run
/// #[start_runtime::main]
/// async fn main() -> std::io::Result<()> {
///     start_runtime::Start::new().serve().await
/// }
/// ```
pub use start_macros::main;

/// Makes a function edit the OpenAPI document: `#[start_runtime::openapi] fn about(document: &mut OpenApi)`.
///
/// See [`OpenApi`](openapi::OpenApi). The function is called when the document is generated: by the server on first
/// use, and by the `openapi` command before the body of `main` runs.
pub use start_macros::openapi;

/// Makes an `async fn` a test that runs on actix's runtime.
///
/// ```
/// #[start_runtime::test]
/// async fn there_is_a_greeting() {
///     assert_eq!(start_runtime::test::app().get("/api/greeting").await.status(), 200);
/// }
/// # fn main() {}
/// ```
pub use start_macros::test;

/// A [`Response`] with a JSON value that is written out, a 200 unless it gets another status:
/// `json!({ "error": "no such owl" }).status(404)`. The syntax is that of `serde_json::json!`, which makes a value and no
/// response; import only one of them in a module.
///
/// ```
/// use start_runtime::{Response, json, prelude::*};
///
/// #[api_route("/api/owls/[name]")]
/// async fn GET(name: String) -> Response {
///     if name != "Hedwig" {
///         return json!({ "error": "no such owl", "name": name }).status(404);
///     }
///     json!({ "name": name, "letters": [1, 2, 3] })
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! json {
    ($($value:tt)+) => {
        $crate::Response::json($crate::serde_json::json!($($value)+))
    };
}

/// Makes a schema known to the command `graphql`, which answers before the body of `main`: `graphql_schema!(schema)` with
/// a function that builds it. What only resolvers need, such as a database, is not there yet.
///
/// ```
/// use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
///
/// struct Query;
///
/// #[Object]
/// impl Query {
///     async fn goodbye(&self) -> &'static str {
///         "Goodbye"
///     }
/// }
///
/// fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
///     Schema::new(Query, EmptyMutation, EmptySubscription)
/// }
///
/// start_runtime::graphql_schema!(schema);
/// # fn main() {}
/// ```
#[cfg(feature = "graphql")]
#[macro_export]
macro_rules! graphql_schema {
    ($schema:path) => {
        const _: () = {
            $crate::__rt::inventory::submit! {
                $crate::__rt::graphql::SchemaRecord {
                    name: ::core::stringify!($schema),
                    sdl: || $crate::__rt::graphql::sdl(&$schema()),
                }
            }
        };
    };
}

/// What most files with routes need: `use start_runtime::prelude::*;`
///
/// It has the attributes, what handlers take and return, and `JsonSchema` for the types of the document. `schemars` is
/// there as well, because its derive names it. A name that a file defines or imports by itself comes before one from
/// here.
pub mod prelude {
    #[cfg(feature = "multipart")]
    pub use crate::Multipart;
    pub use crate::{
        APIEvent, Cookie, Data, Form, Header, Json, Problem, Query, Response, Start, StatusCode, api_route, extractor,
        page_route,
    };
    #[cfg(feature = "ws")]
    pub use crate::{WebSocket, ws_route};
    pub use schemars::{self, JsonSchema};
}

/// The OpenAPI 3.1 document: what types contribute to it, and what the program adds to the whole.
///
/// Signatures and doc comments document a route without further code. State what they cannot express once, where it
/// belongs: implement [`Documented`](openapi::Documented) for an extractor or an error of your own, and write a
/// function with `#[start_runtime::openapi]` that takes an [`OpenApi`](openapi::OpenApi) for whatever concerns the
/// whole program.
pub mod openapi {
    #[doc(hidden)]
    pub use crate::describe::{Answer, BodyKind};
    pub use crate::describe::{Documented, Failure, Operation, ResponseDoc, SecurityScheme};
    pub use crate::document::OpenApi;
    #[doc(hidden)]
    pub use crate::document::{OpenApiEdit, Program};
}

/// The examples of the guide, compiled and run as doc tests of one program.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/src/introduction.md")]
    mod introduction {}
    #[doc = include_str!("../../docs/src/getting-started.md")]
    mod getting_started {}
    #[doc = include_str!("../../docs/src/routing.md")]
    mod routing {}
    #[doc = include_str!("../../docs/src/files.md")]
    mod files {}
    #[doc = include_str!("../../docs/src/handlers.md")]
    mod handlers {}
    #[doc = include_str!("../../docs/src/middleware.md")]
    mod middleware {}
    #[doc = include_str!("../../docs/src/signing-in.md")]
    mod signing_in {}
    #[doc = include_str!("../../docs/src/event-and-fetch.md")]
    mod event_and_fetch {}
    #[doc = include_str!("../../docs/src/cookies.md")]
    mod cookies {}
    #[cfg(feature = "session")]
    #[doc = include_str!("../../docs/src/sessions.md")]
    mod sessions {}
    #[cfg(feature = "rooms")]
    #[doc = include_str!("../../docs/src/rooms-on-several-machines.md")]
    mod rooms_on_several_machines {}
    #[doc = include_str!("../../docs/src/responses-and-errors.md")]
    mod responses_and_errors {}
    #[doc = include_str!("../../docs/src/bodies.md")]
    mod bodies {}
    #[cfg(feature = "sse")]
    #[doc = include_str!("../../docs/src/server-sent-events.md")]
    mod server_sent_events {}
    #[cfg(all(feature = "rooms", feature = "sse"))]
    #[doc = include_str!("../../docs/src/rooms.md")]
    mod rooms {}
    #[cfg(feature = "caching")]
    #[doc = include_str!("../../docs/src/caching.md")]
    mod caching {}
    #[cfg(feature = "rate-limit")]
    #[doc = include_str!("../../docs/src/limits.md")]
    mod limits {}
    #[cfg(feature = "proxy")]
    #[doc = include_str!("../../docs/src/forwarding.md")]
    mod forwarding {}
    #[cfg(feature = "ws")]
    #[doc = include_str!("../../docs/src/websockets.md")]
    mod websockets {}
    #[cfg(feature = "trpc")]
    #[doc = include_str!("../../docs/src/trpc.md")]
    mod trpc {}
    #[cfg(all(feature = "garde", feature = "multipart", feature = "trpc"))]
    #[doc = include_str!("../../docs/src/moving-trpc.md")]
    mod moving_trpc {}
    #[doc = include_str!("../../docs/src/pages.md")]
    mod pages {}
    #[cfg(feature = "graphql")]
    #[doc = include_str!("../../docs/src/graphql.md")]
    mod graphql {}
    #[doc = include_str!("../../docs/src/openapi.md")]
    mod openapi {}
    #[cfg(feature = "types")]
    #[doc = include_str!("../../docs/src/types.md")]
    mod types {}
    #[doc = include_str!("../../docs/src/docs-page.md")]
    mod docs_page {}
    #[doc = include_str!("../../docs/src/application.md")]
    mod application {}
    #[doc = include_str!("../../docs/src/testing.md")]
    mod testing {}
    #[doc = include_str!("../../docs/src/deploying.md")]
    mod deploying {}
    #[doc = include_str!("../../docs/src/proxies.md")]
    mod proxies {}
    #[doc = include_str!("../../docs/src/cors-and-csrf.md")]
    mod cors_and_csrf {}
    #[cfg(all(feature = "oidc", feature = "session"))]
    #[doc = include_str!("../../docs/src/providers.md")]
    mod providers {}
    #[cfg(all(feature = "redis", feature = "webhook-sqlite"))]
    #[doc = include_str!("../../docs/src/webhooks.md")]
    mod webhooks {}
    #[doc = include_str!("../../docs/src/moving.md")]
    mod moving {}
    mod recipes {
        #[doc = include_str!("../../docs/src/recipes/cors.md")]
        mod cors {}
        #[doc = include_str!("../../docs/src/recipes/database.md")]
        mod database {}
        #[doc = include_str!("../../docs/src/recipes/errors.md")]
        mod errors {}
        #[doc = include_str!("../../docs/src/recipes/frontend.md")]
        mod frontend {}
        #[doc = include_str!("../../docs/src/recipes/jwt.md")]
        mod jwt {}
        #[doc = include_str!("../../docs/src/recipes/nightly.md")]
        mod nightly {}
        #[doc = include_str!("../../docs/src/recipes/pagination.md")]
        mod pagination {}
        #[doc = include_str!("../../docs/src/recipes/patch.md")]
        mod patch {}
        #[doc = include_str!("../../docs/src/recipes/uploads.md")]
        mod uploads {}
    }
}
