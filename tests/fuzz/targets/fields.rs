//! Fields that are texts, in all places where they may stand, through a whole program.
#![no_main]

#[path = "../checks/app.rs"]
mod app;
#[path = "../checks/fields.rs"]
mod fields;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fields::check(input));
