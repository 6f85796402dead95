//! Procedures of tRPC, through the public API: see `tests`.
