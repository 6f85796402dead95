//! Requests to procedures of tRPC through a whole program, and messages of WebSockets.
#![no_main]

#[allow(dead_code, reason = "the other targets send by it")]
#[path = "../checks/app.rs"]
mod app;
#[path = "../checks/trpc/mod.rs"]
mod trpc;

libfuzzer_sys::fuzz_target!(|input: &[u8]| trpc::check(input));
