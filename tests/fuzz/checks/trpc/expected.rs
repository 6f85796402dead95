//! What calls return, as an obvious reader of their inputs sees it.

use actix_web::http::Method;
use serde_json::{Map, Value, json};
use start_runtime::trpc::Code;

use super::shape::parsed;
use super::{Answer, Sent, send};

/// What is known of the result of a call.
enum Expected {
    Data(Value),
    Undefined,
    Refused(u16),
    /// Nothing.
    Unknown,
}

impl Expected {
    /// The result of a query, by its input as JSON.
    fn of(name: &str, input: Option<Value>) -> Self {
        match (name, input) {
            ("hello", None | Some(Value::Null)) => Self::Data("hello world".into()),
            ("hello", Some(Value::String(name))) => Self::Data(format!("hello {name}").into()),
            ("echo" | "nothing", None) => Self::Undefined,
            ("nothing", Some(_)) => Self::Undefined,
            ("echo", Some(value)) => Self::Data(value),
            ("add", Some(value)) => match serde_json::from_value::<(u8, i16)>(whole(value)) {
                Ok((one, other)) => Self::Data((i32::from(one) + i32::from(other)).into()),
                Err(_) => Self::Refused(400),
            },
            ("failsWith", Some(Value::String(key))) => Self::Refused(
                Code::ALL.iter().find(|code| code.key() == key).map_or(400, |code| code.status().as_u16()),
            ),
            ("hello" | "add" | "failsWith", _) => Self::Refused(400),
            ("ticks" | "words" | "ids" | "silent" | "endless" | "token" | "parts" | "endlessNumbers", _) => {
                Self::Unknown
            }
            ("numbers" | "post.add" | "post.upload" | "post.octets", _) => Self::Unknown,
            _ => Self::Refused(404),
        }
    }

    fn check(&self, answer: &Value) {
        match self {
            Self::Data(data) => assert_eq!(*answer, json!({ "result": { "data": data } })),
            Self::Undefined => assert_eq!(*answer, json!({ "result": {} })),
            Self::Refused(status) => assert_eq!(answer["error"]["data"]["httpStatus"], *status, "{answer}"),
            Self::Unknown => {}
        }
    }
}

/// A list of numbers, of which those without a fraction are integers, as they are to JavaScript.
fn whole(value: Value) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let integer = |number: f64| (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64);
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| match item.as_f64().and_then(integer) {
                Some(integer) => integer.into(),
                None => item,
            })
            .collect(),
        other => other,
    }
}

/// Holds the answer to a plain GET against what is expected.
pub fn check(sent: &Sent<'_>, answer: &Answer) {
    let (path, query) = sent.parts();
    let Some(calls) = sent.calls().filter(|_| sent.method == "GET" && sent.headers.is_empty()) else { return };
    // Slashes are the router's own, and what is no URL-encoding is refused.
    if path.contains("//") || path.matches('/').count() > 2 || path.starts_with("/lenient") || !is_encoded(path) {
        return;
    }
    let first = |wanted: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    if answer.content_type != "application/json" || first("connectionParams").is_some() {
        return;
    }
    let is_v10 = path.starts_with("/trpc10");
    let batch = first("batch");
    let is_batch = if is_v10 { batch.is_some_and(|batch| !batch.is_empty()) } else { batch.as_deref() == Some("1") };
    let input = first("input");
    // A byte order mark is passed over, and an empty input is none for clients of version 11.
    if input.as_deref().is_some_and(|input| input.starts_with('\u{feff}') || input.is_empty()) {
        return;
    }
    let body = parsed(&answer.body);
    if !is_batch {
        let expected = match input.as_deref().map(serde_json::from_str::<Value>).transpose() {
            Ok(input) => Expected::of(&calls, input),
            Err(_) => Expected::Unknown,
        };
        return expected.check(&body);
    }
    let Ok(inputs) = serde_json::from_str::<Map<String, Value>>(input.as_deref().unwrap_or("{}")) else { return };
    let Some(answers) = body.as_array() else { return };
    for (index, (name, answer)) in calls.split(',').zip(answers).enumerate() {
        Expected::of(name, inputs.get(&index.to_string()).cloned()).check(answer);
    }
}

/// Whether each `%` begins an escape.
fn is_encoded(path: &str) -> bool {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = path.as_bytes();
    (0..bytes.len()).all(|at| bytes[at] != b'%' || is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2)))
}

/// Panics unless they are.
pub fn good_requests_are_answered_as_ever() {
    let get = |target: &'static str, headers| (Sent { method: "GET", target, headers, body: b"" }, Method::GET);
    let jsonl = vec![("trpc-accept".parse().expect("a name"), "application/jsonl")];
    let stream = vec![("trpc-batch-mode".parse().expect("a name"), "stream")];
    let json = vec![("content-type".parse().expect("a name"), "application/json")];
    let post = Sent {
        method: "POST",
        target: "/trpc/post.add",
        headers: json,
        body: br#"{"title":"a","kind":{"kind":"plain"}}"#,
    };
    let cases = [
        (get("/trpc/hello?input=%22a%22", vec![]), 200, r#"{"result":{"data":"hello a"}}"#),
        (
            get("/own/hello,nope?batch=1", vec![]),
            207,
            r#"[{"result":{"data":"hello world"}},{"error":{"message":"No procedure found on path \"nope\"","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"nope"}}}]"#,
        ),
        (
            get("/trpc/add?batch=1&input=%7B%220%22:[1,2]%7D", jsonl),
            200,
            "{\"0\":[[0],[null,0,0]]}\n[0,0,[[{\"result\":0}],[\"result\",0,1]]]\n[1,0,[[{\"data\":0}],[\"data\",0,2]]]\n[2,0,[[3]]]\n",
        ),
        (get("/trpc10/add?batch=1&input=%7B%220%22:[1,2]%7D", stream), 200, "{\"0\":{\"result\":{\"data\":3}}\n}"),
        (
            get("/own/words?input=[%22a%22]", vec![]),
            200,
            "event: connected\ndata: {}\n\n\ndata: \"a\"\n\n\nevent: return\ndata: \n\n\n",
        ),
        (
            (post, Method::POST),
            200,
            r#"{"result":{"data":{"title":"a","tags":[],"rating":null,"kind":{"kind":"plain"},"answerTo":null}}}"#,
        ),
    ];
    for ((sent, method), status, body) in cases {
        let answer = send(method, &sent);
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{}", sent.target);
    }
}
