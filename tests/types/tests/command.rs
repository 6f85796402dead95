//! The command `types`, and the file that a program keeps.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_types");
const WRITTEN: &str = env!("CARGO_BIN_EXE_written");
const PROCEDURES: &str = env!("CARGO_BIN_EXE_procedures");

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = run(PROGRAM, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn types_are_printed_written_and_checked() {
    let folder = folder("checked");
    for flags in [&["types"][..], &["types", "--zod"]] {
        let path = folder.join("new/server.ts");
        let file = path.to_str().unwrap();
        stdout(&[flags, &["--out", file]].concat());
        assert_eq!(fs::read_to_string(&path).unwrap(), stdout(flags));
        assert_eq!(stdout(&[flags, &["--check", file]].concat()), "");
        // A checkout on Windows has other line endings.
        fs::write(&path, stdout(flags).replace('\n', "\r\n")).unwrap();
        assert_eq!(stdout(&[flags, &["--check", file]].concat()), "");
    }
}

#[test]
fn stale_types_are_a_diff_and_code_1() {
    let path = folder("stale").join("server.ts");
    let file = path.to_str().unwrap();
    fs::write(&path, stdout(&["types"]).replace("spokenWords: string", "spokenWords: number")).unwrap();
    let output = run(PROGRAM, &["types", "--check", file]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    for part in ["-  spokenWords: number;", "+  spokenWords: string;", "is stale", &format!("types --out {file}")] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(text.matches("\n-  ").count(), 1, "{text}");
    let missing = run(PROGRAM, &["types", "--zod", "--check", path.with_extension("gone").to_str().unwrap()]);
    assert_eq!(missing.status.code(), Some(1));
    let text = stderr(&missing);
    assert!(text.contains("cannot be read") && text.contains("types --zod --out"), "{text}");
}

#[test]
fn types_have_the_names_of_the_program_and_say_what_no_type_says() {
    let text = stdout(&["types"]);
    for part in [
        "export interface Block {",
        // Two of one name keep their paths.
        "export interface shop_Item {",
        "export interface users_Item {",
        "export interface structs_Page_shop_Item {",
        "export interface Promise_ {",
        " * A comment that ends *\\/ early /*",
        "  \"größe ✂\": number;",
        "export type BigInteger = number;",
        "`Number.MAX_SAFE_INTEGER`",
        "  signed: BigInteger;",
        "  \"/paths/optional/[[lang]]/[[region]]/end\": {",
        "params?: { lang?: string; region?: string }",
        "params: { rest: string | readonly string[] }",
        "AsyncGenerator<ServerEvent<Asked>>",
        "Failure<409, Problem>",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

/// Starts the program that has routes until it listens, and ends it.
fn serve(file: &Path) -> Result<(), String> {
    serve_program(WRITTEN, file)
}

fn serve_program(program: &str, file: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(["--port", "0"]).env("TYPES_FILE", file).env("RUST_LOG", "info");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let listens = lines.map_while(Result::ok).any(|line| line.contains("Listening"));
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    if listens { Ok(()) } else { Err(stderr(&output)) }
}

#[test]
fn a_program_keeps_its_types_current() {
    let folder = folder("written");
    let path = folder.join("server.ts");
    serve(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("/** A greeting. */\nexport interface Greeting {\n  text: string;\n}"), "{text}");
    assert!(text.contains("export function createClient("), "{text}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    serve(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before, "what has not changed is not written");
    fs::write(&path, "old").unwrap();
    serve(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let check = run(WRITTEN, &["types", "--check", path.to_str().unwrap()]);
    assert!(check.status.success(), "{}", stderr(&check));
}

#[test]
fn a_declaration_file_has_no_code() {
    let path = folder("declarations").join("server.d.ts");
    serve(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("export interface Routes {") && !text.contains("createClient"), "{text}");
    let check = run(WRITTEN, &["types", "--check", path.to_str().unwrap()]);
    assert!(check.status.success(), "{}", stderr(&check));
}

#[test]
fn a_program_of_procedures_alone_has_no_client_for_routes() {
    for name in ["server.ts", "server.d.ts"] {
        let path = folder("procedures").join(name);
        serve_program(PROCEDURES, &path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("export type AppRouter = ") && !text.contains("Routes"), "{text}");
        let asked = run(PROCEDURES, &["types", "--trpc"]);
        assert_eq!(text, String::from_utf8(asked.stdout).unwrap());
        let check = run(PROCEDURES, &["types", "--check", path.to_str().unwrap()]);
        assert!(check.status.success(), "{}", stderr(&check));
    }
}

#[test]
fn commands_answer_for_a_program_of_procedures_alone() {
    let routes = run(PROCEDURES, &["routes"]);
    let text = String::from_utf8(routes.stdout.clone()).unwrap();
    assert!(routes.status.success(), "{}", stderr(&routes));
    let mut words = text.split_whitespace();
    assert_eq!((words.next(), words.next()), (Some("query"), Some("hello")), "{text}");
    let openapi = run(PROCEDURES, &["openapi"]);
    assert!(openapi.status.success(), "{}", stderr(&openapi));
}

#[test]
fn a_folder_that_is_missing_keeps_the_program_from_starting() {
    let folder = folder("missing");
    let error = serve(&folder.join("web/server.ts")).unwrap_err();
    for part in ["write_types(", "there is no folder", "web"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    // A folder in the place of the file.
    fs::create_dir(folder.join("server.ts")).unwrap();
    let error = serve(&folder.join("server.ts")).unwrap_err();
    assert!(error.contains("cannot be written"), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
}
