//! Bytes of a client, cut anywhere, through the reader of messages.
#![no_main]

#[path = "../checks/messages.rs"]
mod messages;

libfuzzer_sys::fuzz_target!(|input: &[u8]| messages::check(input));
