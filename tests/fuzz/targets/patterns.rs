//! Texts of patterns through the grammar that the attributes read.
#![no_main]

// The attributes are a crate of macros, which exports nothing else.
#[allow(dead_code, reason = "the attributes use all of it")]
#[path = "../../../start-macros/src/grammar/mod.rs"]
mod grammar;
#[path = "../checks/patterns.rs"]
mod patterns;

libfuzzer_sys::fuzz_target!(|input: &[u8]| patterns::check(input));
