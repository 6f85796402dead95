//! A GraphQL API, in a program of its own. `tests/conformance` asks another by the clients of the protocols.

mod requests;
mod schema;
mod streams;
