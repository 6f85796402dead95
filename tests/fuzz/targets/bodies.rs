//! JSON bodies through a whole program.
#![no_main]

#[path = "../checks/app.rs"]
mod app;
#[path = "../checks/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|input: &[u8]| bodies::check(input));
