//! Cookies of sessions through a whole program.
#![no_main]

#[allow(dead_code, reason = "other targets use all of it")]
#[path = "../checks/app.rs"]
mod app;
#[path = "../checks/cookies.rs"]
mod cookies;
#[path = "../checks/sessions.rs"]
mod sessions;

libfuzzer_sys::fuzz_target!(|input: &[u8]| sessions::check(input));
