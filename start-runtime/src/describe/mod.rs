//! What a type contributes to the documents: operations, schemas, security schemes.
//!
//! A signature, an extractor or an error describes an [`Operation`] without knowing the route or the document. None of
//! this runs until the document is requested or the program checks itself at start-up, and none of it panics.

mod doc_text;
mod failure;
mod guarded;
mod names;
mod need;
mod operation;
mod problem;
#[allow(dead_code, reason = "capabilities have procedures")]
mod procedure;
mod schemas;
mod scheme;
mod security;
#[allow(missing_docs, reason = "generated code reaches into it; not public API")]
mod signature;
pub mod tidy;

pub use doc_text::{DocPart, doc_text};
pub use failure::Failure;
pub use guarded::{GuardDocs, Origin, WantedKind, WantedParam};
pub use need::Need;
pub use operation::{Documented, Operation, ResponseDoc};
pub use problem::{PROBLEM, PROBLEM_TYPE, problem_reference, problem_schema};
#[allow(unused_imports, reason = "capabilities have procedures")]
pub use procedure::{
    DEFERRED, JAVASCRIPT, MAYBE, ProcedureInput, ProcedureOutput, ProducedShape, STREAMED, TRANSFORMED,
};
pub use schemas::{NamedSchemas, Schemas, ShortName};
pub use scheme::{Scheme, challenge, unauthorized};
pub use security::SecurityScheme;
pub use signature::{Answer, BodyKind, Declared, Parameter};
