//! The parts of a running program: its records, its table, its app, and the call that a handler answers.
//!
//! - An [`Exchange`] never holds the `HttpRequest`: the request's extensions may hold the exchange.
//! - Every problem becomes a response in `render`, so that `on_error` sees it.
//! - Nothing that a user sees depends on link order: records are sorted before anything reads them.
//! - No capability is named here. What a capability needs of the program is stored with the program by type.

mod after;
mod answer_id;
mod app;
mod body;
#[allow(dead_code, reason = "capabilities bring routes")]
pub mod built_in;
mod call;
mod capability;
mod capped;
mod captured;
mod conflict;
mod exchange;
mod found;
mod given;
mod guard;
#[allow(dead_code, reason = "capabilities use it")]
mod head_layer;
mod layer;
#[allow(dead_code, reason = "capabilities list operations")]
mod listed;
mod middleware;
pub mod observe;
#[allow(dead_code, reason = "a capability sends requests to other programs")]
mod outside;
#[allow(dead_code, reason = "capabilities have procedures")]
mod procedure;
mod record;
mod render;
mod service;
mod staged;
mod step;
mod store_check;
mod table;
mod type_map;
mod types_view;
mod watched_body;

pub use after::{AfterWork, OnePiece};
pub use answer_id::AnswerId;
pub use app::{App, DEFAULT_BODY_LIMIT, DEFAULT_FETCH_LIMIT, DEFAULT_HEADER_LIMIT, DEFAULT_STREAM_LIMIT, Worker};
pub use body::{Body, read as read_body, too_large};
pub use call::{Call, CalledProcedure, Matched};
pub use capability::{BannerLine, Capability, CrossSite, InPlace, Opening, Subcommand};
pub use capped::{Capped, declared_length};
pub use captured::{Captured, Names, PathText};
pub use exchange::Exchange;
pub use found::Found;
pub use given::Given;
pub use guard::{CheckFuture, GuardRecord};
#[allow(unused_imports, reason = "capabilities use it")]
pub use head_layer::{Heads, Meeting, head_layer};
#[allow(unused_imports, reason = "capabilities use it")]
pub use layer::layer;
pub use layer::{Inner, Layer, MakeLayer};
#[allow(unused_imports, reason = "capabilities list operations")]
pub use listed::ListOperations;
pub use listed::ListedOperation;
pub use middleware::{
    Label, Middleware, MiddlewareAnswer, MiddlewareRecord, Next, OfCall, ProgramMiddleware, ProgramMiddlewares,
    run_middleware,
};
#[allow(unused_imports, reason = "a capability sends requests to other programs")]
pub use outside::{Outside, OutsideAnswer, OutsideFault, OutsideOptions, OutsideRequest};
#[allow(unused_imports, reason = "capabilities have procedures")]
pub use procedure::{
    Later, Procedure, ProcedureAsked, ProcedureFuture, ProcedureKind, ProcedureRoot, ProcedureTypes, Produced,
    ProducedItem, ProducedValue, RawInput, Transformer,
};
pub use record::{Asked, Declaration, HandlerFuture, Package, Route};
pub use render::{ErrorContext, OnError};
#[allow(unused_imports, reason = "capabilities finish answers")]
pub use staged::{Finished, Finishing, Staged};
pub use step::{ModuleStep, Step, idle_steps, steps_of};
#[allow(unused_imports, reason = "capabilities leave it")]
pub use store_check::{AskStore, StoreCheck};
pub use table::{Entry, MethodTable, SOCKET, Table};
pub use type_map::Settings;
#[allow(unused_imports, reason = "capabilities have types")]
pub use types_view::{PrintTypes, TypesView};
