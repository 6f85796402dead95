//! Parameters of the path as arguments.

use super::read::Read;
use crate::decode::BadParams;
use crate::extract::{self, FromOptionalParam, FromParam, FromRestParam};
use crate::kernel::Call;
use crate::response::Outcome;

/// Reads a parameter. It holds the function that reads, so that a type that no parameter can have is one mistake, at
/// the type.
pub struct ParamReader<T> {
    name: &'static str,
    read: fn(&Call, &'static str, &mut BadParams) -> Option<T>,
}

impl<T> Read for ParamReader<T> {
    type Value = T;

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<T>, Outcome> {
        Ok((self.read)(call, self.name, bad))
    }
}

/// A parameter that every path has.
pub fn param<T: FromParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::param }
}

/// A parameter that may be missing.
pub fn optional_param<T: FromOptionalParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::optional_param }
}

/// A catch-all.
pub fn rest_param<T: FromRestParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::rest_param }
}

/// The same for the arguments of an extractor function: the path of the route decides how the parameter is called.
pub fn param_like<T: FromParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::param_like }
}

/// A parameter that may be missing, for an extractor function.
pub fn optional_param_like<T: FromOptionalParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::optional_param_like }
}

/// A catch-all, for an extractor function.
pub fn rest_param_like<T: FromRestParam>(name: &'static str) -> ParamReader<T> {
    ParamReader { name, read: extract::rest_param_like }
}
