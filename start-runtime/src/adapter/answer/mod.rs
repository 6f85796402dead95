//! From a returned value to a response, in three steps: unwrap `Result` and `Option`, take off a status, and turn the
//! value itself into a response.

mod docs;
mod error;
mod leaf;
mod outcome;
mod split;
mod status;

pub use docs::{ErrorDocsLevel, OutputDocsLevel};
pub use error::ErrorLevel;
pub use leaf::{LeafLevel, Text};
pub use outcome::{Answer, Fail, Respond, SplitValue, TakeStatus};
pub use split::SplitLevel;
pub use status::StatusLevel;
