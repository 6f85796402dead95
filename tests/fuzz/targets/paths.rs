//! Paths through the router, with any set of routes.
#![no_main]

#[path = "../checks/paths.rs"]
mod paths;

libfuzzer_sys::fuzz_target!(|input: &[u8]| paths::check(input));
