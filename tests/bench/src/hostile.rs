//! What bodies of the worst shape cost, compared with good ones of the same size: CPU time of the thread that answers,
//! and the size of the answer. Requests go through a whole program in process.
//!
//! A query and a cookie header are as long as a connection lets in at most when `Start::header_limit` is raised: the
//! target of a request has at most 65,534 bytes.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use actix_web::rt;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp, TestRequest};
use start_runtime::{Cookie, Form, Multipart, Query};

use crate::Result;
use crate::stats::{print_table, row, thousands};

const MIB_2: usize = 2 * 1024 * 1024;
const LONGEST_QUERY: usize = 60 * 1024;
const LONG_ENOUGH: Duration = Duration::from_millis(300);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    #[serde(default)]
    to: String,
    #[serde(default)]
    pages: Vec<u32>,
}

#[api_route(POST, "/hostile/json")]
async fn json(Json(letters): Json<Vec<Letter>>) -> String {
    letters.len().to_string()
}

#[api_route(POST, "/hostile/form")]
async fn form(Form(letter): Form<Letter>) -> String {
    letter.pages.len().to_string()
}

#[api_route(POST, "/hostile/form-map")]
async fn form_map(Form(map): Form<HashMap<String, u32>>) -> String {
    map.len().to_string()
}

#[api_route(GET, "/hostile/query")]
async fn query(Query(letter): Query<Letter>) -> String {
    letter.pages.len().to_string()
}

#[api_route(GET, "/hostile/query-map")]
async fn query_map(Query(map): Query<HashMap<String, u32>>) -> String {
    map.len().to_string()
}

#[api_route(GET, "/hostile/cookies")]
async fn cookies(Cookie(map): Cookie<HashMap<String, u32>>) -> String {
    map.len().to_string()
}

#[api_route(POST, "/hostile/multipart")]
async fn multipart(Multipart(letter): Multipart<Letter>) -> String {
    letter.pages.len().to_string()
}

/// What is sent to one route: a good text, and bad ones of about the same size.
struct Kind {
    name: &'static str,
    send: fn(&TestApp, String) -> TestRequest,
    good: String,
    bad: Vec<(&'static str, String)>,
}

/// A text of about this size: what comes first, a piece for each number, and what comes last.
fn text(size: usize, first: &str, piece: impl Fn(usize) -> String, last: &str) -> String {
    let mut text = first.to_owned();
    for number in 0.. {
        let piece = piece(number);
        if text.len() + piece.len() + last.len() > size {
            break;
        }
        text += &piece;
    }
    text + last
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let mut rows = vec![row!["sent", "shape", "bytes", "status", "CPU, ms", "× good", "answer, bytes"]];
    let (runtime, app) = (rt::Runtime::new()?, test::app());
    for kind in kinds() {
        let mut good = None;
        let texts = [("good", &kind.good)].into_iter().chain(kind.bad.iter().map(|(name, text)| (*name, text)));
        for (name, text) in texts {
            let mut answer = (0, 0);
            // The kernel counts in steps of some milliseconds.
            let (started, before, mut requests) = (Instant::now(), cpu_time()?, 0);
            while started.elapsed() < LONG_ENOUGH {
                let request = (kind.send)(&app, text.clone());
                answer = runtime.block_on(async {
                    let answer = request.await;
                    let status = answer.status().as_u16();
                    Ok::<_, Box<dyn std::error::Error>>((status, answer.bytes().await?.len()))
                })?;
                requests += 1;
            }
            let time = (cpu_time()? - before) as f64 / 1e6 / f64::from(requests);
            eprintln!("{}, {name}: {time:.1} ms", kind.name);
            let good = *good.get_or_insert(time);
            rows.push(row![
                kind.name,
                name,
                thousands(text.len() as f64),
                answer.0,
                format!("{time:.2}"),
                format!("{:.2}", time / good),
                thousands(answer.1 as f64)
            ]);
        }
    }
    print_table("Bodies of the worst shape", &rows);
    Ok(())
}

/// The CPU time of this thread so far, in nanoseconds.
fn cpu_time() -> Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().ok_or("schedstat has three numbers")?.parse()?)
}

const FORM: &str = "application/x-www-form-urlencoded";

fn kinds() -> Vec<Kind> {
    vec![json_bodies(), forms(), form_maps(), queries(), query_maps(), cookie_maps(), multipart_forms()]
}

fn json_bodies() -> Kind {
    let letter = |_| r#"{"to":"Harry","pages":[1,2,3]},"#.to_owned();
    let filled = |first: &str, piece: &str, last: &str| text(MIB_2, first, |_| piece.to_owned(), last);
    Kind {
        name: "JSON",
        send: |app, text| app.post("/hostile/json").header("content-type", "application/json").body(text),
        good: text(MIB_2, "[", letter, r#"{"to":"Ron"}]"#),
        bad: vec![
            ("fits until the last byte", text(MIB_2, "[", letter, r#"{"to":"Ron"},7]"#)),
            ("no JSON at the end", text(MIB_2, "[", letter, "}")),
            ("every element wrong", filled("[", "7,", "7]")),
            ("deep", filled("", "[", "")),
            ("unknown fields", text(MIB_2, "[{", |number| format!(r#""k{number}":1,"#), r#""k":1}]"#)),
            ("one long text, wrong", filled("[{\"pages\":\"", "xxxxxxxxxxxxxxxx", "\"}]")),
            ("one long name", filled("[{\"", "xxxxxxxxxxxxxxxx", "\":1}]")),
            ("one long number", filled("[{\"pages\":[", "9999999999999999", "]}]")),
            ("escapes", filled("[\"", "\\u0041", "\"]")),
        ],
    }
}

fn forms() -> Kind {
    let filled = |first: &str, piece: &str, last: &str| text(MIB_2, first, |_| piece.to_owned(), last);
    Kind {
        name: "form, a struct",
        send: |app, text| app.post("/hostile/form").header("content-type", FORM).body(text),
        good: filled("", "pages=12345678&", "to=Harry"),
        bad: vec![
            ("unknown names", text(MIB_2, "", |number| format!("k{number}=x&"), "to=Harry")),
            ("every value wrong", filled("", "pages=x&", "to=Harry")),
            ("the last value wrong", filled("", "pages=12345678&", "pages=x")),
            ("one value again and again", filled("", "to=x&", "to=Harry")),
            ("escapes", filled("to=", "%41", "")),
            ("separators", filled("", "&", "")),
            ("brackets", text(MIB_2, "", |number| format!("pages[{number}]=1&"), "")),
            ("deep brackets", filled("to", "[a]", "=1")),
        ],
    }
}

fn form_maps() -> Kind {
    Kind {
        name: "form, a map",
        send: |app, text| app.post("/hostile/form-map").header("content-type", FORM).body(text),
        good: text(MIB_2, "", |number| format!("k{number}=7&"), "k=7"),
        bad: vec![("every value wrong", text(MIB_2, "", |number| format!("k{number}=x&"), "k=x"))],
    }
}

fn queries() -> Kind {
    Kind {
        name: "query, a struct",
        send: |app, text| app.get(format!("/hostile/query?{text}")),
        good: text(LONGEST_QUERY, "", |_| "pages=12345678&".to_owned(), "to=Harry"),
        bad: vec![
            ("unknown names", text(LONGEST_QUERY, "", |number| format!("k{number}=x&"), "to=Harry")),
            ("every value wrong", text(LONGEST_QUERY, "", |_| "pages=x&".to_owned(), "to=Harry")),
        ],
    }
}

fn query_maps() -> Kind {
    Kind {
        name: "query, a map",
        send: |app, text| app.get(format!("/hostile/query-map?{text}")),
        good: text(LONGEST_QUERY, "", |number| format!("k{number}=7&"), "k=7"),
        bad: vec![("every value wrong", text(LONGEST_QUERY, "", |number| format!("k{number}=x&"), "k=x"))],
    }
}

fn cookie_maps() -> Kind {
    Kind {
        name: "cookies, a map",
        send: |app, text| app.get("/hostile/cookies").header("cookie", text),
        good: text(MIB_2, "", |number| format!("k{number}=7; "), "k=7"),
        bad: vec![
            ("every value wrong", text(MIB_2, "", |number| format!("k{number}=x; "), "k=x")),
            ("escapes", text(MIB_2, "", |number| format!("k{number}=%zz; "), "k=x")),
            ("separators", text(MIB_2, "", |_| "; ".to_owned(), "k=7")),
        ],
    }
}

fn multipart_forms() -> Kind {
    const END: &str = "--b--\r\n";
    let part = |headers: &str, content: &str| format!("--b\r\n{headers}\r\n\r\n{content}\r\n");
    let named = |name: &str| format!("Content-Disposition: form-data; name={name}");
    let filled = |piece: &str, size: usize| piece.repeat(size / piece.len());
    let parts = |part: String| text(MIB_2, "", |_| part.clone(), END);
    let content = |piece: &str| part(&named("to"), &filled(piece, MIB_2 - 100)) + END;
    let heads = |piece: &str| parts(part(&format!("{}\r\nX:{}", named("to"), filled(piece, 64_000)), ""));
    let names = |piece: &str| parts(part(&format!("{}; filename=\"{}\"", named("to"), filled(piece, 60_000)), ""));
    Kind {
        name: "multipart",
        send: |app, text| {
            app.post("/hostile/multipart").header("content-type", "multipart/form-data; boundary=b").body(text)
        },
        good: parts(part(&named("pages"), &format!("{}7", filled("0", 2200)))),
        bad: vec![
            ("every value wrong", text(MIB_2, "", |_| part(&named("pages"), "x"), END)),
            ("unknown names", text(MIB_2, "", |number| part(&named(&format!("k{number}")), "x"), END)),
            ("line breaks", content("\r\n")),
            ("half delimiters", content("\r\n--")),
            ("preamble", filled("\r\n--", MIB_2) + "\r\n" + END),
            ("padding", format!("--b{}\r\n{}\r\n\r\n\r\n{END}", filled(" ", MIB_2), named("to"))),
            ("no boundary", filled("--c\r\n", MIB_2)),
            ("long headers", heads("\r\nX:")),
            ("folded headers", heads("\r\n\t")),
            (
                "few headers",
                parts(part(&format!("{}\r\nX: 1{}", named("to"), "\r\nX:".repeat(30)), &filled("x", 1900))),
            ),
            ("parameters", parts(part(&format!("{}{}", named("to"), filled(";a", 60_000)), ""))),
            ("quotes", names("\\\"")),
            ("escapes", names("%22%0d")),
            ("some escapes", parts(part(&format!("{}{}", named("to"), "%22".repeat(63)), &filled("x", 1800)))),
            ("headers without an end", filled("--b\r\na: b", MIB_2)),
        ],
    }
}
