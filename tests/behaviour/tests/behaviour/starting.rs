//! Programs that start, or that say why they do not; and their command line.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use start_runtime::serde_json::{self, Value};

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).env_remove("RUST_BACKTRACE").output().unwrap()
}

fn failure(program: &str) -> String {
    let output = run(program, &["--port", "0"]);
    assert!(!output.status.success(), "{program} started");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_program_without_routes_says_what_to_write() {
    let text = failure(env!("CARGO_BIN_EXE_no_routes"));
    assert!(text.contains("no route is linked") && text.contains("use my_routes as _;"), "{text}");
}

#[test]
fn a_conflict_across_crates_names_both_files() {
    for command in [&["--port", "0"][..], &["routes"], &["openapi"]] {
        let output = run(env!("CARGO_BIN_EXE_conflict"), command);
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("src/lib.rs:7") && text.contains("src/bin/conflict.rs:7"), "{text}");
        assert!(text.contains("/api/things/[id]") && text.contains("/api/things/$thing"), "{text}");
    }
}

#[test]
fn missing_data_is_named() {
    let text = failure(env!("CARGO_BIN_EXE_missing_data"));
    let (missing, registered) = text.split_once("Registered is ").unwrap();
    assert!(missing.contains("Cauldrons") && missing.contains("src/bin/missing_data.rs:14"), "{text}");
    assert!(!missing.contains("Owls") && registered.contains("Owls` at "), "{text}");
}

#[test]
fn an_extractor_that_does_not_fit_a_route_is_named_with_it() {
    for command in [&["--port", "0"][..], &["routes"]] {
        let output = run(env!("CARGO_BIN_EXE_misfit"), command);
        assert!(!output.status.success(), "{command:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        for part in [
            "`house` at tests/behaviour/src/bin/misfit.rs:9 takes the path param `house`, and GET /api/houses/[name] at tests/behaviour/src/bin/misfit.rs:36 has no such param: write `[house]`",
            "GET /api/perhaps/[[house]] at tests/behaviour/src/bin/misfit.rs:39 may be without it: let the function take an `Option`",
            "GET /api/files/[rest] at tests/behaviour/src/bin/misfit.rs:42 has no catch-all of that name: write `[...rest]`",
            "`signed` at tests/behaviour/src/bin/misfit.rs:26 takes the body",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("/api/fits"), "{text}");
    }
}

#[test]
fn a_door_that_is_only_painted_is_told() {
    let (mut child, address, _) = listening(env!("CARGO_BIN_EXE_open_door"), &[("NO_COLOR", "1")]);
    let status = |path: &str| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(["/api/open", "/api/half-open", "/api/shut"].map(status), ["200", "401", "401"]);
    child.kill().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    child.wait().unwrap();
    for part in [
        "nobody checks `security = \"token\"` of GET /api/open at tests/behaviour/src/bin/open_door.rs:20",
        "nobody checks `security = \"key\"` of GET /api/half-open",
        "the guard `user` at tests/behaviour/src/bin/open_door.rs:34 stands before no route",
    ] {
        assert!(log.contains(part), "{part}\n{log}");
    }
    assert_eq!(log.lines().filter(|line| line.contains("start_runtime::guards")).count(), 3, "{log}");
}

#[test]
fn commands_answer_before_the_body_of_main() {
    let good = env!("CARGO_BIN_EXE_good");
    let text = |arguments: &[&str]| String::from_utf8(run(good, arguments).stdout).unwrap();
    let listing = text(&["routes"]);
    assert!(
        listing.contains("/api/things/[id]") && listing.contains("behaviour::GET") && !listing.contains("body of main"),
        "{listing}"
    );
    let routes: Vec<Value> = serde_json::from_str(&text(&["routes", "--json"])).unwrap();
    let paths: Vec<&str> = routes.iter().map(|route| route["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/api/[[lang]]/about", "/api/slow", "/api/things/[id]"]);
    let document: Value = serde_json::from_str(&text(&["openapi"])).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(
        document["paths"]["/api/{lang}/about"]["get"].is_object() && document["paths"]["/api/about"]["get"].is_object(),
        "{document}"
    );
}

#[test]
fn a_match_is_explained() {
    let good = env!("CARGO_BIN_EXE_good");
    let found = run(good, &["match", "GET", "/api/de/about"]);
    let text = String::from_utf8(found.stdout).unwrap();
    assert!(found.status.success() && text.contains("lang = de") && text.contains("/api/[[lang]]/about"), "{text}");
    assert!(text.contains("/api/things/[id]: segment 2 is `de`, not `things`"), "{text}");
    for (method, path, reason) in [
        ("GET", "/nothing", "404"),
        ("POST", "/api/slow", "405"),
        ("GET", "/api/%zz", "400"),
        ("GET", "api", "begin with"),
    ] {
        let missing = run(good, &["match", method, path]);
        let text = String::from_utf8(missing.stderr).unwrap();
        assert_eq!(missing.status.code(), Some(1), "{path}");
        assert!(text.contains(reason), "{path}: {text}");
    }
}

/// A program that listens, and what it printed when it started.
pub fn listening(program: &str, environment: &[(&str, &str)]) -> (Child, String, Vec<String>) {
    let mut child = Command::new(program)
        .args(["--port", "0"])
        .env("RUST_LOG", "warn")
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut banner = Vec::new();
    while !banner.last().is_some_and(|line: &String| line.contains("/docs")) {
        banner.push(lines.next().expect("the program ended before it listened"));
    }
    let address = banner.iter().find_map(|line| line.split("http://").nth(1)).unwrap().to_owned();
    (child, address, banner)
}

#[test]
fn the_start_is_told() {
    let (mut child, address, banner) = listening(env!("CARGO_BIN_EXE_good"), &[]);
    assert_eq!(banner[1], format!("Listening on http://{address}"));
    assert_eq!(banner[2], "  3 routes from 2 crates: behaviour 1, good 2");
    assert_eq!(banner[3], format!("  docs at http://{address}/docs"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn accepted_requests_are_finished_after_a_signal() {
    for signal in ["TERM", "INT"] {
        let (mut child, address, _) = listening(env!("CARGO_BIN_EXE_good"), &[]);
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET /api/slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("done"), "SIG{signal}: {answer}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "SIG{signal}");
    }
}
