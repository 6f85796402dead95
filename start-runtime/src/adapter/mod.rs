//! What generated code chooses by type: how an argument is read, how a returned value is answered, and what the docs
//! say of both.
//!
//! Users implement none of Start's traits for this. The generated code asks a [`Probe`] of a type for its kind. Method
//! look-up tries the impl with the most references first, so the impls of a step are ranked, with the most specific at
//! the top. Each kind is an empty type whose method does the work. This choice is only possible in concrete code, so
//! the macro writes the calls out at each handler. The lowest level exists to report a readable error.

#[macro_use]
mod kinds;
mod answer;
mod argument;
mod argument_docs;
mod guard_argument;
mod param;
mod probe;
mod read;
mod response_docs;
mod run;

pub use answer::{Answer, ErrorDocsLevel, ErrorLevel, LeafLevel, OutputDocsLevel, SplitLevel, StatusLevel, Text};
#[allow(unused_imports, reason = "capabilities have handlers of their own")]
pub use answer::{Fail, Respond, SplitValue, TakeStatus};
pub use argument::{ArgumentLevel, LastArgumentLevel};
pub use argument_docs::{ArgumentDocsLevel, LastArgumentDocsLevel, NestingLevel, ParamDocsLevel};
pub use guard_argument::{
    GuardLevel, NoParamArgument, NoParamArgumentDocs, ParamArgument, ParamArgumentDocs, ShareLevel,
};
pub use param::{optional_param, optional_param_like, param, param_like, rest_param, rest_param_like};
pub use probe::Probe;
#[allow(unused_imports, reason = "capabilities have handlers of their own")]
pub use read::{Invoke, read_by};
pub use read::{NowhereKind, Read, Reader, read_all};
pub use response_docs::DeclaredLevel;
pub use run::{async_output, invoke, output, refuse, run, run_async};
