//! From a returned value to a response, in three steps: unwrap `Result` and `Option`, take off a status, and turn the
//! value itself into a response.

mod docs;
mod error;
mod leaf;
mod split;
mod status;

pub use docs::{
    ActixErrorDocs, DocumentedErrorDocs, DocumentedOutputDocs, JsonOutputDocs, KnownErrorDocs, KnownOutputDocs,
    NoErrorDocs, NoOutputDocs, OpaqueOutputDocs, ResponderOutputDocs, SchemalessOutputDocs, StatusErrorDocs,
    StatusJsonErrorDocs, StatusReadyErrorDocs,
};
pub use error::{
    ActixFailure, ErrorFailure, NoFailure, ProblemFailure, ReadyFailure, StatusJsonFailure, StatusReadyFailure,
    StatusResponderFailure, UnexpectedFailure,
};
pub use leaf::{JsonAnswer, NoAnswer, ReadyAnswer, ResponderAnswer, Text};
pub use split::{NestedSplit, NoSplit, OuterSplit, Split};
pub use status::{StatusAndValue, ValueAlone, ValueAndStatus};
