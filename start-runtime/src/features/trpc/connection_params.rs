//! What a client says once for a whole stream: `connectionParams` of its link.

use std::collections::BTreeMap;

use actix_web::HttpMessage as _;
use serde_json::Value;

use super::ask::Query;
use super::code::Code;
use super::error::Error;
use crate::decode::BadParams;
use crate::describe::{Documented, Operation};
use crate::extract::OwnExtractor;
use crate::kernel::Call;
use crate::response::Problem;

/// The `connectionParams` of a client's link: texts by their names, which a client sends where it cannot send headers, such
/// as a token for a subscription. Empty if it sends none.
///
/// ```
/// use start_runtime::{prelude::*, trpc};
///
/// struct User(String);
///
/// #[extractor]
/// async fn current_user(params: trpc::ConnectionParams) -> Result<User, Problem> {
///     let token = params.get("token").ok_or_else(|| Problem::unauthorized("who is asking?"))?;
///     Ok(User(token.to_owned()))
/// }
/// # fn main() {}
/// ```
///
/// They stand in the URL, and so in logs: let them expire soon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionParams(BTreeMap<String, String>);

impl ConnectionParams {
    /// The value with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Iterates over names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads the JSON that a client sends: `null`, or an object of texts.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let parsed =
            serde_json::from_str(text).map_err(|_| Error::new(Code::ParseError, "Not JSON-parsable query params"))?;
        let members = match parsed {
            Value::Null => return Ok(Self::default()),
            Value::Object(members) => members,
            _ => return Err(wrong_shape()),
        };
        let text = |(name, value)| match value {
            Value::String(value) => Ok((name, value)),
            _ => Err(wrong_shape()),
        };
        Ok(Self(members.into_iter().map(text).collect::<Result<_, _>>()?))
    }

    /// Those of a request.
    pub(super) fn of(query: &Query) -> Result<Self, Error> {
        query.connection_params.as_deref().map_or_else(|| Ok(Self::default()), Self::parse)
    }
}

fn wrong_shape() -> Error {
    Error::new(Code::ParseError, "Invalid connection params shape")
}

impl OwnExtractor for ConnectionParams {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        if let Some(said) = call.http().extensions().get::<Self>() {
            return Ok(Some(said.clone()));
        }
        Ok(Some(Self::of(&Query::of(call.http().query_string())).map_err(Problem::from)?))
    }
}

impl Documented for ConnectionParams {
    fn document(_: &mut Operation<'_>) {}
}
