//! Bytes of a client, cut anywhere, through the whole loop of a connection.
#![no_main]

#[path = "../checks/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|input: &[u8]| answers::check(input));
