//! From a returned value to an answer, in three steps: `Result` and `Option` come off, a status comes off, and the
//! value itself becomes an answer.

mod docs;
mod error;
mod leaf;
mod split;
mod status;

pub use docs::{
    ActixErrorDocs, DocumentedErrorDocs, DocumentedOutputDocs, JsonOutputDocs, KnownErrorDocs, KnownOutputDocs,
    NoErrorDocs, NoOutputDocs, OpaqueOutputDocs, ResponderOutputDocs, SchemalessOutputDocs,
};
pub use error::{ActixFailure, ErrorFailure, NoFailure, ProblemFailure, ReadyFailure, UnexpectedFailure};
pub use leaf::{JsonAnswer, NoAnswer, ReadyAnswer, ResponderAnswer, Text};
pub use split::{NestedSplit, NoSplit, OuterSplit, Split};
pub use status::{StatusAndValue, ValueAlone, ValueAndStatus};
