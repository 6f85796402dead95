//! Procedures of tRPC, in a program of its own. `tests/conformance` asks another by the real clients.

mod calls;
mod document;
mod errors;
mod guards;
mod inputs;
mod meta;
mod program;
mod start_up;
mod streams;
mod superjson;
