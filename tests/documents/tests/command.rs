//! The `openapi` command: prints, writes, compares with a file; the bytes are the same whatever the link order.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_forward");

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

fn stdout(program: &str, arguments: &[&str]) -> String {
    let output = run(program, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn the_link_order_is_not_seen() {
    assert_eq!(stdout(PROGRAM, &["openapi"]), stdout(env!("CARGO_BIN_EXE_backward"), &["openapi"]));
    assert_eq!(stdout(PROGRAM, &["routes"]), stdout(env!("CARGO_BIN_EXE_backward"), &["routes"]));
}

#[test]
fn the_document_is_written_and_checked() {
    let path = file("written/openapi.json");
    let name = path.to_str().unwrap();
    stdout(PROGRAM, &["openapi", "--out", name]);
    assert_eq!(fs::read_to_string(&path).unwrap(), stdout(PROGRAM, &["openapi"]));
    assert_eq!(stdout(PROGRAM, &["openapi", "--check", name]), "");
}

#[test]
fn a_stale_document_is_a_diff_and_code_1() {
    let path = file("stale.json");
    let document = stdout(PROGRAM, &["openapi"]);
    fs::write(&path, document.replace("\"A spell by its number", "\"A spell by its name")).unwrap();
    let output = run(PROGRAM, &["openapi", "--check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    for line in [
        "-        \"summary\": \"A spell by its name",
        "+        \"summary\": \"A spell by its number",
        "is stale",
        "openapi --out",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let missing = run(PROGRAM, &["openapi", "--check", file("missing.json").to_str().unwrap()]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("cannot be read"));
}

#[test]
fn the_listing_says_which_types_have_no_schema() {
    let listing = stdout(PROGRAM, &["routes"]);
    let line = listing.lines().find(|line| line.contains("/op/secret")).unwrap();
    assert!(line.ends_with("(no schema: documents::operations::Secret)"), "{line}");
    assert!(!listing.lines().find(|line| line.contains("/op/form")).unwrap().contains("no schema"));
}

#[test]
fn a_security_scheme_that_nobody_declares_is_an_error() {
    for arguments in [&["--port", "0"][..], &["openapi"]] {
        let output = run(env!("CARGO_BIN_EXE_unknown_security"), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        for part in ["`tokne`", "src/bin/unknown_security.rs:6", "SecurityScheme::bearer"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn a_security_scheme_that_is_declared_twice_and_not_the_same_is_an_error() {
    for arguments in [&["--port", "0"][..], &["openapi"]] {
        let output = run(env!("CARGO_BIN_EXE_scheme_twice"), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        for part in [
            "`user` is ",
            "bearer",
            "cookie",
            "src/bin/scheme_twice.rs:37 with tests/documents/src/bin/scheme_twice.rs:34",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn the_shape_of_errors_is_declared_once() {
    let text = stdout(env!("CARGO_BIN_EXE_errors_of_one_shape"), &["openapi"]);
    assert!(!text.contains("problem+json") && !text.contains("#/problem"), "{text}");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema = |pointer: &str| document.pointer(pointer).and_then(|schema| schema.as_str()).unwrap_or_default();
    let json = "content/application~1json/schema/$ref";
    let get = "/paths/~1things~1{id}/get/responses";
    for (pointer, expected) in [
        (format!("{get}/200/{json}"), "#/components/schemas/Thing"),
        (format!("{get}/404/{json}"), "#/components/schemas/Oops"),
        (format!("/components/responses/Problem/{json}"), "#/components/schemas/Oops"),
        // The handler may answer 400 as well, with its own error.
        (
            "/paths/~1things/post/responses/400/content/application~1json/schema/anyOf/0/$ref".into(),
            "#/components/schemas/Thing",
        ),
        (
            "/paths/~1things/post/responses/400/content/application~1json/schema/anyOf/1/$ref".into(),
            "#/components/schemas/Oops",
        ),
        (format!("/paths/~1things/post/responses/409/{json}"), "#/components/schemas/Oops"),
        (format!("/paths/~1things/post/responses/410/{json}"), "#/components/schemas/Thing"),
        (
            "/paths/~1things/post/responses/default/content/application~1json/schema/anyOf/0/$ref".into(),
            "#/components/schemas/Thing",
        ),
        (
            "/paths/~1things/post/responses/default/content/application~1json/schema/anyOf/1/$ref".into(),
            "#/components/schemas/Oops",
        ),
        ("/components/securitySchemes/token/description".into(), "From POST /login"),
    ] {
        assert_eq!(schema(&pointer), expected, "{pointer}: {text}");
    }
    let names: Vec<&String> = document["components"]["schemas"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["Oops", "Thing"]);
}

#[test]
fn parameters_that_no_request_can_carry_are_an_error() {
    for arguments in [&["--port", "0"][..], &["openapi"]] {
        let output = run(env!("CARGO_BIN_EXE_unreadable_params"), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        for part in [
            "GET /header at src/bin/unreadable_params.rs:34: the header `item` is a struct or a map",
            "GET /cookie at src/bin/unreadable_params.rs:37: the cookie `sizes` is a struct or a map",
            "GET /query at src/bin/unreadable_params.rs:40: the query param `items` is a list of structs",
            "POST /form at src/bin/unreadable_params.rs:43: the form field `items` is a list of structs",
        ] {
            let text = text.replace("tests/documents/", "");
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches("`item`").count(), 1, "{text}");
    }
}

/// The operations of a document by the function that their id and their types belong to: method and path without the
/// names of its parameters.
fn operations(program: &str) -> Vec<(String, serde_json::Value)> {
    let document: serde_json::Value = serde_json::from_str(&stdout(program, &["openapi"])).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let listed = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (method.clone(), path, operation))
    });
    let others = document["x-start-routes"].as_array().into_iter().flatten();
    let others = others.map(|other| {
        let path = other.pointer("/path").unwrap();
        (
            other["method"].as_str().unwrap().to_lowercase(),
            path.as_str().unwrap().to_owned(),
            other["operation"].clone(),
        )
    });
    let listed = listed.map(|(method, path, operation)| (method, path.clone(), operation.clone()));
    let shape = |path: &str| {
        path.split('/')
            .map(|segment| if segment.starts_with('{') { "{}" } else { segment })
            .collect::<Vec<_>>()
            .join("/")
    };
    let mut all: Vec<(String, serde_json::Value)> = listed
        .chain(others)
        .map(|(method, path, operation)| (format!("{method} {}", shape(&path)), operation))
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}

#[test]
fn routes_and_types_that_are_added_move_no_name() {
    let after = operations(env!("CARGO_BIN_EXE_grown_after"));
    let before = operations(env!("CARGO_BIN_EXE_grown_before"));
    assert_eq!(before.len(), 4);
    for (place, operation) in before {
        let same: Vec<&serde_json::Value> =
            after.iter().filter(|(other, _)| *other == place).map(|(_, operation)| operation).collect();
        let ids: Vec<&serde_json::Value> = same.iter().map(|same| &same["operationId"]).collect();
        assert!(ids.contains(&&operation["operationId"]), "{place}: {} became {ids:?}", operation["operationId"]);
        let same = same.iter().find(|same| same["operationId"] == operation["operationId"]).unwrap();
        for part in ["requestBody", "responses"] {
            assert_eq!(same[part], operation[part], "{place}");
        }
    }
    let mut ids: Vec<String> = after.iter().map(|(_, operation)| operation["operationId"].to_string()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
}
