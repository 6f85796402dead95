//! What is said at start-up.

use std::process::{Command, Output};
use std::time::Duration;

use start_runtime::cookie::SameSite;
use start_runtime::{SessionConfig, prelude::*};

use crate::config;

/// Runs the program `sessions` with this secret, until it fails or listens.
fn run(secret: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sessions"));
    command.args(["--port", "0"]).env_remove("START_SESSION_SECRET").env_remove("RUST_BACKTRACE");
    if let Some(secret) = secret {
        command.env("START_SESSION_SECRET", secret);
    }
    command.output().unwrap()
}

#[start_runtime::test]
async fn the_secret_is_checked_before_the_program_listens() {
    let long = "a-secret-that-is-long-enough-for-us";
    for (secret, expected) in [
        (None, "START_SESSION_SECRET is not set"),
        (Some(""), "START_SESSION_SECRET is not set"),
        (Some(" \n"), "START_SESSION_SECRET is not set"),
        (Some("short"), "secret 1 in START_SESSION_SECRET has 5 bytes"),
        (Some(&"x".repeat(31)), "has 31 bytes"),
        (Some(&*format!("{long} short")), "secret 2 in START_SESSION_SECRET has 5 bytes"),
    ] {
        let output = run(secret);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{secret:?}");
        assert!(text.contains(expected) && text.contains("openssl rand -base64 32"), "{secret:?}: {text}");
    }
    for secret in ["exactly-thirty-two-bytes-of-them".to_owned(), format!("{long}\n{long}x\n")] {
        let output = run(Some(&secret));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{secret}");
        assert!(text.contains("sessions: `session`, sealed in their cookie"), "{text}");
    }
}

async fn error(start: Start) -> String {
    match start.listen(([127, 0, 0, 1], 0).into()).await {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[start_runtime::test]
async fn settings_that_browsers_would_ignore_are_refused() {
    let rows: [(SessionConfig, &str); 9] = [
        (config().cookie(""), "write a name"),
        (config().cookie("a b"), "write a name"),
        (config().cookie("größe"), "write a name"),
        (config().cookie("__Host-sid").domain("example.com"), "leave `domain` out"),
        (config().cookie("__Host-sid").path("/a"), "set `path"),
        (config().cookie("__Secure-sid").secure(false), "set `secure(true)`"),
        (config().same_site(SameSite::None).secure(false), "SameSite=None"),
        (config().path("a"), "begin with `/`"),
        (config().idle_timeout(Duration::ZERO), "at least a second"),
    ];
    for (config, expected) in rows {
        let text = error(Start::new().session(config)).await;
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let twice = error(Start::new().session(config()).session(config())).await;
    assert!(twice.contains("twice for the cookie `session`") && twice.contains("cookie(\"cart\")"), "{twice}");
}

#[start_runtime::test]
async fn a_handler_that_takes_a_session_needs_one() {
    let text = error(Start::new()).await;
    assert!(text.contains("GET /session at ") && text.contains("takes `Session`"), "{text}");
    assert!(
        text.contains("Start::new().session(SessionConfig::from_env()?)") && !text.contains("data(value)"),
        "{text}"
    );
    assert_eq!(error(Start::new().session(config())).await, "");
}
