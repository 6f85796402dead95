//! Signatures and bodies of webhooks through a whole program.
#![no_main]

#[allow(dead_code, reason = "other targets use all of it")]
#[path = "../checks/app.rs"]
mod app;
#[allow(dead_code, reason = "other targets use all of it")]
#[path = "../checks/cookies.rs"]
mod cookies;
#[path = "../checks/webhooks.rs"]
mod webhooks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| webhooks::check(input));
