//! Routes whose types cover every form that serde knows.

#![allow(missing_docs, reason = "types for tests, named after what they are")]

pub mod comments;
pub mod enums;
pub mod flattened;
pub mod nested;
pub mod operations;
pub mod shop;
pub mod structs;
pub mod users;
