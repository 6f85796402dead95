//! Multipart bodies, cut anywhere, through the reader of their parts.
#![no_main]

#[path = "../checks/parts.rs"]
mod parts;
#[allow(dead_code, reason = "the capability uses all of it")]
#[path = "../../../start-runtime/src/features/multipart/reader.rs"]
mod reader;

libfuzzer_sys::fuzz_target!(|input: &[u8]| parts::check(input));
