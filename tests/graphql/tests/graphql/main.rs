//! A GraphQL API, in a program of its own. `tests/conformance` asks another by the clients of the protocols.

mod documents;
mod requests;
mod schema;
mod streams;
