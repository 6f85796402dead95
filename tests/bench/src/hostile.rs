//! What bodies of the worst shape cost, compared with good ones of the same size: CPU time of the thread that answers,
//! and the size of the answer. Requests go through a whole program in process.
//!
//! A query and a cookie header are as long as a connection lets in at most when `Start::header_limit` is raised: the
//! target of a request has at most 65,534 bytes.

use std::collections::HashMap;
use std::fs;

use actix_web::rt;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp, TestRequest};
use start_runtime::{Cookie, Form, Multipart, Query};

use crate::Result;
use crate::stats::{median, print_table, row, thousands};

const MIB_2: usize = 2 * 1024 * 1024;
const LONGEST_QUERY: usize = 60 * 1024;
const ROUNDS: usize = 5;

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

/// What is sent to one route: a good text, and bad ones of the same size.
struct Kind {
    name: &'static str,
    send: fn(&TestApp, String) -> TestRequest,
    size: usize,
    good: Shape,
    bad: Vec<(&'static str, Shape)>,
}

/// A text made of pieces, as long as asked for: what comes first, a piece for each number, and what comes last.
struct Shape(&'static str, fn(usize) -> String, &'static str);

impl Shape {
    fn text(&self, size: usize) -> String {
        let mut text = self.0.to_owned();
        let mut number = 0;
        while text.len() < size - self.2.len() {
            text += &self.1(number);
            number += 1;
        }
        text.truncate((0..=size - self.2.len()).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default());
        // A cut piece is not what is measured.
        let whole = text.len() - self.1(number.saturating_sub(1)).len().min(text.len() - self.0.len());
        text.truncate(whole);
        text + self.2
    }
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let mut rows = vec![row!["sent", "shape", "bytes", "status", "CPU, ms", "× good", "answer, bytes"]];
    let (runtime, app) = (rt::Runtime::new()?, test::app());
    for kind in kinds() {
        let mut good = None;
        let shapes = [("good", &kind.good)].into_iter().chain(kind.bad.iter().map(|(name, shape)| (*name, shape)));
        for (name, shape) in shapes {
            let text = shape.text(kind.size);
            let mut times = Vec::new();
            let mut answer = (0, 0);
            for _ in 0..ROUNDS {
                let request = (kind.send)(&app, text.clone());
                let started = cpu_time()?;
                answer = runtime.block_on(async {
                    let answer = request.await;
                    let status = answer.status().as_u16();
                    Ok::<_, Box<dyn std::error::Error>>((status, answer.bytes().await?.len()))
                })?;
                times.push((cpu_time()? - started) as f64 / 1e6);
            }
            let time = median(times);
            eprintln!("{}, {name}: {time:.1} ms", kind.name);
            let good = *good.get_or_insert(time);
            rows.push(row![
                kind.name,
                name,
                thousands(text.len() as f64),
                answer.0,
                format!("{time:.1}"),
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
const PART: &str = "--b\r\nContent-Disposition: form-data; name=";

fn kinds() -> Vec<Kind> {
    let numbered: fn(usize) -> String = |number| format!("k{number}=x&");
    let good_pairs: fn(usize) -> String = |number| format!("k{number}=7&");
    vec![
        Kind {
            name: "JSON",
            send: |app, text| app.post("/hostile/json").header("content-type", "application/json").body(text),
            size: MIB_2,
            good: Shape("[", |_| r#"{"to":"Harry","pages":[1,2,3]},"#.to_owned(), r#"{"to":"Ron"}]"#),
            bad: vec![
                (
                    "fits until the last byte",
                    Shape("[", |_| r#"{"to":"Harry","pages":[1,2,3]},"#.to_owned(), r#"{"to":"Ron"},7]"#),
                ),
                ("every element wrong", Shape("[", |_| "7,".to_owned(), "7]")),
                ("deep", Shape("", |_| "[".to_owned(), "")),
                ("unknown fields", Shape("[{", |number| format!(r#""k{number}":1,"#), r#""k":1}]"#)),
                ("one long text, wrong", Shape("[{\"pages\":\"", |_| "xxxxxxxxxxxxxxxx".to_owned(), "\"}]")),
                ("one long name", Shape("[{\"", |_| "xxxxxxxxxxxxxxxx".to_owned(), "\":1}]")),
                ("one long number", Shape("[{\"pages\":[", |_| "9999999999999999".to_owned(), "]}]")),
                ("escapes", Shape("[\"", |_| "\\u0041".to_owned(), "\"]")),
                ("no JSON at the end", Shape("[", |_| r#"{"to":"Harry","pages":[1,2,3]},"#.to_owned(), "}")),
            ],
        },
        Kind {
            name: "form, a struct",
            send: |app, text| app.post("/hostile/form").header("content-type", FORM).body(text),
            size: MIB_2,
            good: Shape("", |_| "pages=12345678&".to_owned(), "to=Harry"),
            bad: vec![
                ("unknown names", Shape("", |number| format!("k{number}=x&"), "to=Harry")),
                ("every value wrong", Shape("", |_| "pages=x&".to_owned(), "to=Harry")),
                ("the last value wrong", Shape("", |_| "pages=12345678&".to_owned(), "pages=x")),
                ("one value again and again", Shape("", |_| "to=x&".to_owned(), "to=Harry")),
                ("escapes", Shape("to=", |_| "%41".to_owned(), "")),
                ("separators", Shape("", |_| "&".to_owned(), "")),
                ("brackets", Shape("", |number| format!("pages[{number}]=1&"), "")),
                ("deep brackets", Shape("to", |_| "[a]".to_owned(), "=1")),
            ],
        },
        Kind {
            name: "form, a map",
            send: |app, text| app.post("/hostile/form-map").header("content-type", FORM).body(text),
            size: MIB_2,
            good: Shape("", good_pairs, "k=7"),
            bad: vec![("every value wrong", Shape("", numbered, "k=x"))],
        },
        Kind {
            name: "query, a struct",
            send: |app, text| app.get(format!("/hostile/query?{text}")),
            size: LONGEST_QUERY,
            good: Shape("", |_| "pages=12345678&".to_owned(), "to=Harry"),
            bad: vec![
                ("unknown names", Shape("", |number| format!("k{number}=x&"), "to=Harry")),
                ("every value wrong", Shape("", |_| "pages=x&".to_owned(), "to=Harry")),
            ],
        },
        Kind {
            name: "query, a map",
            send: |app, text| app.get(format!("/hostile/query-map?{text}")),
            size: LONGEST_QUERY,
            good: Shape("", good_pairs, "k=7"),
            bad: vec![("every value wrong", Shape("", numbered, "k=x"))],
        },
        Kind {
            name: "cookies, a map",
            send: |app, text| app.get("/hostile/cookies").header("cookie", text),
            size: MIB_2,
            good: Shape("", |number| format!("k{number}=7; "), "k=7"),
            bad: vec![
                ("every value wrong", Shape("", |number| format!("k{number}=x; "), "k=x")),
                ("escapes", Shape("", |number| format!("k{number}=%zz; "), "k=x")),
                ("separators", Shape("", |_| "; ".to_owned(), "k=7")),
            ],
        },
        Kind {
            name: "multipart",
            send: |app, text| {
                app.post("/hostile/multipart").header("content-type", "multipart/form-data; boundary=b").body(text)
            },
            size: MIB_2,
            good: Shape("", |_| format!("{PART}pages\r\n\r\n7\r\n"), "--b--\r\n"),
            bad: vec![
                ("every value wrong", Shape("", |_| format!("{PART}pages\r\n\r\nx\r\n"), "--b--\r\n")),
                ("unknown names", Shape("", |number| format!("{PART}k{number}\r\n\r\nx\r\n"), "--b--\r\n")),
                (
                    "half delimiters",
                    Shape(
                        "--b\r\nContent-Disposition: form-data; name=to\r\n\r\n",
                        |_| "\r\n--".to_owned(),
                        "\r\n--b--",
                    ),
                ),
                ("no first boundary", Shape("", |_| "\r\n--a".to_owned(), "")),
                ("headers without an end", Shape("--b\r\n", |_| "a: b\r\n".to_owned(), "")),
            ],
        },
    ]
}
