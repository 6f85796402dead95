//! A GraphQL API: a schema of async-graphql, served over HTTP.
//!
//! [`handle`] answers in a handler of yours; [`Start::graphql`](crate::Start::graphql) has the route as well.

pub use async_graphql;

pub use super::documents::TrustedDocuments;
pub use super::handle::{Handling, handle};
pub use super::limits::Limits;
pub use super::resolver_event::{Event, Fetched};
pub use super::schema::GraphqlSchema;
pub use super::settings::{AsGraphql, Graphql};
pub use super::socket::ConnectionParams;
