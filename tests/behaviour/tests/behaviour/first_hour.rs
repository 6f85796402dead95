//! What a newcomer does wrong in the first hour, and what the program says when it starts or runs.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Output};

use super::starting::listening;

const FIRST_HOUR: &str = env!("CARGO_BIN_EXE_first_hour");

fn run(program: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied()).env_remove("RUST_BACKTRACE");
    command.output().unwrap()
}

fn failure(program: &str, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = run(program, variables, arguments);
    assert!(!output.status.success(), "{program} {variables:?} started");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[test]
fn a_program_that_cannot_run_says_what_to_write() {
    let cases: [(&str, &[&str]); 7] = [
        ("twice", &["::Owls`", "src/bin/first_hour.rs:", " and at ", "registered twice", "type of its own"]),
        ("arc", &["Arc<first_hour::Owls>` at ", "first_hour.rs:", "without `Arc::new`"]),
        ("data", &["Data<first_hour::Owls>` at ", "without `Arc::new` or `Data::new`"]),
        ("tokio", &["`#[start_runtime::main]` in place of `#[tokio::main]`"]),
        ("run inside", &["`Start::new().serve().await`"]),
        ("run inside of actix", &["`Start::new().serve().await`"]),
        ("host", &["`host(\"http://localhost:8080\")`", "without scheme and port"]),
    ];
    for (mistake, expected) in cases {
        let text = failure(FIRST_HOUR, &[("MISTAKE", mistake)], &["--port", "0"]);
        assert!(expected.iter().all(|part| text.contains(part)), "{mistake}: {text}");
    }
}

#[test]
fn only_the_type_that_is_registered_twice_is_named() {
    let text = failure(FIRST_HOUR, &[("MISTAKE", "twice")], &["--port", "0"]);
    assert!(!text.contains("Cats"), "{text}");
}

#[test]
fn bodies_under_other_names_are_found_at_start_up() {
    let text = failure(env!("CARGO_BIN_EXE_hidden_bodies"), &[], &["--port", "0"]);
    assert!(text.contains("POST /api/twice at tests/behaviour/src/bin/hidden_bodies.rs:9"), "{text}");
    assert!(text.contains("a body is read once") && text.contains("`Either`"), "{text}");
    assert!(text.contains("GET /api/reads at ") && text.contains("a GET request has none (RFC 9110"), "{text}");
}

#[test]
fn a_main_that_serves_nothing_says_so() {
    let output = run(env!("CARGO_BIN_EXE_unserved"), &[], &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && text.contains("served nothing"), "{text}");
    assert!(text.contains("`Start::new().serve().await`"), "{text}");
    let text = failure(env!("CARGO_BIN_EXE_unserved"), &[("MISTAKE", "an error")], &[]);
    assert!(text.contains("error: no database") && !text.contains("served nothing"), "{text}");
    let text = String::from_utf8(run(env!("CARGO_BIN_EXE_unserved"), &[], &["routes"]).stderr).unwrap();
    assert_eq!(text, "");
}

#[test]
fn host_and_port_are_named_as_they_can_be_written() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("HOST", "http://localhost", &["--host", "HOST=127.0.0.1", "without scheme and port"]),
        ("HOST", "localhost:8080", &["--host", "HOST=127.0.0.1", "without scheme and port"]),
        ("HOST", "127.0.0.1:8080", &["without scheme and port"]),
        ("HOST", "[::1]", &["without scheme and port"]),
        ("HOST", "*", &["0.0.0.0"]),
        ("PORT", "http", &["PORT=8080", "0 to 65535"]),
        ("PORT", "70000", &["PORT=8080", "0 to 65535"]),
        ("PORT", ":8080", &["PORT=8080", "0 to 65535"]),
        ("PORT", "", &["PORT=8080", "0 to 65535"]),
    ];
    for (name, value, expected) in cases {
        let text = failure(FIRST_HOUR, &[(name, value)], &[]);
        assert!(expected.iter().all(|part| text.contains(part)), "{name}={value}: {text}");
    }
    let text = failure(FIRST_HOUR, &[], &["--port", "x"]);
    assert!(text.contains("--port 8080"), "{text}");
}

#[test]
fn what_is_hardly_meant_is_a_line_in_the_log() {
    let (child, address, banner) = listening(FIRST_HOUR, &[("RUST_LOG", "info")]);
    let address = address.split(' ').next().unwrap_or_default();
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let get = |path: &str| ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    assert!(get("/api/slow").ends_with("slow"));
    assert!(get("/api/owls").ends_with('1'));
    let post = |body: &str| {
        let head = "POST /api/pages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
        ask(&format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
    };
    assert!(post("{\"limit\": \"x\"}").ends_with('0'));
    ask(
        "OPTIONS /api/owls HTTP/1.1\r\nhost: x\r\nconnection: close\r\norigin: http://page.example\r\naccess-control-request-method: GET\r\n\r\n",
    );
    assert!(
        banner.iter().any(|line| line.contains("http://127.0.0.1:")),
        "`localhost`, as the program says: {banner:?}"
    );
    let log = ended(child);
    let expected: [&[&str]; 9] = [
        &["WARN", "/api/owls at ", "takes `Option<Data<first_hour::Cats>>`, which nobody registers"],
        &["WARN", "GET /api/nothing at ", "no page has its path", "`#[page_route]`"],
        &["WARN", "/spells at ", "is a page and returns JSON"],
        &["INFO", "first_hour::Unknown", "#[derive(JsonSchema)]"],
        &["WARN", "src/forgotten.rs:5 has a route that is not compiled in: is `mod forgotten;` missing in src/lib.rs?"],
        &["WARN", "first_hour::slow (", "held its worker for 0.4 s without an `.await`", "`web::block`"],
        &["INFO", "`page` is `None`", "limit"],
        &["INFO", "OPTIONS /api/owls", "CORS"],
        &["INFO", "/openapi.json is a route of the program", "`openapi_at`"],
    ];
    for parts in expected {
        let is_there = log.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        // Release builds neither time handlers nor read sources.
        let is_debug = parts[1].contains("forgotten") || parts[1].contains("::slow");
        assert_eq!(is_there, cfg!(debug_assertions) || !is_debug, "{parts:?} in\n{log}");
    }
    for not_there in ["/about at", "GET /api/owls at tests/behaviour/src/bin/first_hour.rs:26 takes `Data<"] {
        assert!(!log.contains(not_there), "{log}");
    }
    assert_eq!(log.matches("held its worker").count(), usize::from(cfg!(debug_assertions)), "{log}");
}

#[test]
fn a_match_says_400_where_the_server_does() {
    let program = env!("CARGO_BIN_EXE_first_hour");
    let output = run(program, &[], &["match", "GET", "/api/numbers/x"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("400: `number` is `x`: invalid digit") && text.contains("first_hour::numbers"), "{text}");
    assert!(run(program, &[], &["match", "GET", "/api/numbers/7"]).status.success());
    assert!(run(program, &[], &["match", "GET", "/api/numbers"]).status.success());
}

#[test]
fn a_list_for_a_struct_is_told_in_the_words_of_json() {
    #[derive(serde::Deserialize)]
    struct Two {
        _a: u32,
        _b: u32,
    }
    start_runtime::__rt::block_on(async {
        let event = start_runtime::test::event("/x").body("[]").build();
        let problem = event.request.json::<Two>().await.err().unwrap();
        assert_eq!(problem.status(), 422);
        assert_eq!(problem.detail(), Some("the body: invalid type: list, expected an object with the fields of Two"));
    });
}

/// Ends a program, and returns what it has written to the log.
fn ended(mut child: std::process::Child) -> String {
    child.kill().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    child.wait().unwrap();
    log
}
