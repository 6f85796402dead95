//! Route files with the names that they have in TanStack Start answer at the same paths as there.
//!
//! `names.txt` holds the names of real server routes, with the paths of their `createFileRoute('…')`, a page of every
//! other form that was found beside them, and forms that are rare. Where two files have one path, their methods differ.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use flat as _;
use start_runtime::actix_web::http::Method;

/// A request for a path: the values of its params, in order, and whether its optional param is there.
struct Asked {
    path: String,
    params: String,
}

fn ask(pattern: &str, with_optional: bool) -> Asked {
    let (mut segments, mut params) = (Vec::new(), String::new());
    let mut see = |name: &str, value: &str| params.push_str(&format!(" {name}={value}"));
    for segment in pattern.split('/').skip(1) {
        if let Some(name) = segment.strip_prefix("{-$").and_then(|rest| rest.strip_suffix('}')) {
            if with_optional {
                see(name, "given");
                segments.push("given".to_owned());
            }
        } else if let Some(tail) =
            segment.strip_prefix("{$}").or(segment.strip_prefix('$').filter(|name| name.is_empty()))
        {
            see("_splat", "p/q/r/s/t");
            segments.push(format!("p/q/r/s/t{tail}"));
        } else if let Some(name) = segment.strip_prefix('$') {
            see(name, &format!("{name}-1"));
            segments.push(format!("{name}-1"));
        } else {
            let mut text = String::new();
            let mut rest = segment;
            while let Some((before, name, behind)) = rest
                .split_once("{$")
                .and_then(|(before, rest)| rest.split_once('}').map(|(name, behind)| (before, name, behind)))
            {
                see(name, "7");
                text.push_str(before);
                text.push('7');
                rest = behind;
            }
            segments.push(text + rest);
        }
    }
    Asked { path: format!("/{}", segments.join("/")), params }
}

#[start_runtime::test]
async fn flat_names_answer_at_the_paths_of_the_originals() {
    let app = start_runtime::test::app();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("../names.txt").lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [method, pattern, file] = columns[..] else { panic!("three columns: {line}") };
        let optional = pattern.contains("{-$");
        for with_optional in [true, false].into_iter().filter(|with| *with || optional) {
            let asked = ask(pattern, with_optional);
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.request(method, &asked.path).await.text().await.unwrap();
            if answer != format!("{file}{}", asked.params) {
                wrong.push(format!("{} for {file} ({pattern}): {answer}", asked.path));
            }
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 300, "{count}");
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_flat")).args(arguments).output().unwrap()
}

#[test]
fn a_route_that_is_left_out_because_of_its_name_is_listed() {
    let output = run(&["routes"]);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.contains("/posts/$postId/edit") && out.contains("posts_.$postId.edit.rs"), "{out}");
    let expected = "note: the routes in `src/routes/_layout.rs` do not answer, because `_layout` begins with `_`, so it has no path of its own";
    assert!(err.contains(expected) && !err.contains("-helper"), "{err}");
}

#[test]
fn a_route_that_is_left_out_because_of_its_name_is_a_warning_at_start_up() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_flat"))
        .args(["--port", "0"])
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let warning = lines.next().unwrap_or_default();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(warning.contains("WARN") && warning.contains("`src/routes/_layout.rs` do not answer"), "{warning}");
}
