//! What hostile clients send to a GraphQL API over real sockets: each is refused by a 4xx, soon, with flat memory, while
//! another client is answered. A program of its own, because it measures the process; and one whose only route is that of
//! `Start::graphql`.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};

#[allow(dead_code, reason = "the other tests use all of it")]
#[path = "graphql/schema.rs"]
mod schema;

/// How long an answer may take, in a build without optimization.
const SOON: Duration = Duration::from_secs(3);

/// How much memory any number of such requests may take, in KiB: the client's own bytes are among them.
const MOST_MEMORY: u64 = 16 * 1024;

/// How often each request is sent.
const ROUNDS: usize = 3;

struct Attack {
    name: String,
    request: Vec<u8>,
    statuses: &'static [u16],
}

fn attack(name: &str, head: &str, body: &[u8], statuses: &'static [u16]) -> Attack {
    let mut request = format!("{head}\r\nHost: x\r\nConnection: close\r\n").into_bytes();
    if !body.is_empty() {
        write!(request, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    Attack { name: name.to_owned(), request, statuses }
}

const JSON: &str = "POST /graphql HTTP/1.1\r\nContent-Type: application/json";

fn body(name: &str, body: impl Into<Vec<u8>>) -> Attack {
    attack(name, JSON, &body.into(), &[400])
}

fn query(name: &str, query: &str) -> Attack {
    // Without variables, what is asked is the document alone.
    body(name, json!({ "query": query }).to_string())
}

/// Documents that are small for what they ask.
fn documents() -> Vec<Attack> {
    let many = |count: usize, text: fn(usize) -> String| (0..count).map(text).collect::<String>();
    let nested = |open: &str, inside: &str, close: &str, levels: usize| {
        format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
    };
    let bomb = |levels: usize| {
        let step = |n: usize| format!("fragment F{n} on Query {{ me {{ ...F{0} }} me {{ ...F{0} }} }} ", n + 1);
        let steps: String = (0..levels).map(step).collect();
        format!("{steps} fragment F{levels} on Query {{ hello }}")
    };
    vec![
        query("deep", &format!("{{{}}}", nested("me{", "hello", "}", 25))),
        query("very deep", &"{me".repeat(40_000)),
        query("deep inline fragments", &nested("{ ... on Query ", "{ hello }", "}", 300)),
        query("deep fragments", &{
            let chain = many(300, |n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1));
            format!("{{ ...F0 }} {chain} fragment F300 on Query {{ hello }}")
        }),
        query("deep types of variables", &format!("query($a: {}) {{ hello }}", nested("[", "Int", "]", 10_000))),
        query("deep defaults", &format!("query($a: Int = {}) {{ hello }}", nested("[", "1", "]", 10_000))),
        query("wide", &format!("{{{}}}", "hello ".repeat(4000))),
        query("wide under many parents", &format!("{{{}}}", "me{hello hello hello hello hello hello} ".repeat(200))),
        query("aliased", &format!("{{{}}}", many(1000, |n| format!("a{n}:hello ")))),
        query("a huge alias", &format!("{{ {}: hello }}", "a".repeat(200_000))),
        query("a huge name", &format!("{{ {} }}", "a".repeat(200_000))),
        query("a huge text", &format!("{{ hello(input: \"{}\") }}", "x".repeat(200_000))),
        query("a huge block", &format!("{{ hello(input: \"\"\"{}\"\"\") }}", "x\\n".repeat(70_000))),
        query("a huge number", &format!("{{ hello(input: {}) }}", "9".repeat(200_000))),
        query("a huge comment", &format!("{{ hello }} #{}", "x".repeat(1_000_000))),
        query("commas", &",".repeat(1_000_000)),
        query("tokens", &"a ".repeat(60_000)),
        query("fragments that spread twice", &format!("{{ ...F0 }} {}", bomb(20))),
        query("the same, unused", &format!("{{ hello }} {}", bomb(20))),
        query("a fragment in many operations", &{
            let operations = many(400, |n| format!("query A{n} {{ ...F }} "));
            format!("{operations} fragment F on Query {{ {} }}", "hello ".repeat(900))
        }),
        query("a circle", "{ ...A } fragment A on Query { me { ...B } } fragment B on Query { me { ...A } }"),
        query("a circle of itself", "{ ...A } fragment A on Query { ...A ...A ...A }"),
        query("an unused circle", "{ hello } fragment A on Query { ...B } fragment B on Query { ...A }"),
        query("directives", &format!("{{ hello {} }}", "@include(if: true) ".repeat(800))),
        query("unknown directives", &format!("{{ hello {} }}", "@a ".repeat(2000))),
        query("directives of a variable", &format!("query($a: Int {}) {{ hello }}", "@a ".repeat(2000))),
        query("arguments", &format!("{{ hello({}) }}", many(2000, |n| format!("a{n}: 1 ")))),
        query("variables", &format!("query({}) {{ hello }}", many(2000, |n| format!("$a{n}: Int ")))),
        query(
            "introspection",
            &format!("{{ __schema {{ types {{ {} }} }} }}", nested("fields { type {", "name", "}}", 8)),
        ),
        query(
            "introspection by a name",
            &format!("{{ __type(name: \"Query\") {{ {} }} }}", nested("fields { type {", "name", "}}", 8)),
        ),
        query(
            "introspection by fragments",
            &format!(
                "{{ __schema {{ types {{ ...T0 }} }} }} {} fragment T6 on __Type {{ name }}",
                many(6, |n| format!("fragment T{n} on __Type {{ fields {{ type {{ ...T{} }} }} }} ", n + 1))
            ),
        ),
        query(
            "introspection by interfaces",
            "{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }",
        ),
    ]
}

/// Bodies that are large, or that are none.
fn bodies() -> Vec<Attack> {
    let with = |variables: &str| format!("{{\"query\":\"{{ hello }}\",\"variables\":{variables}}}");
    let mut broken = Vec::new();
    for (name, bytes) in
        [("a lone byte", &b"\xff"[..]), ("a cut character", b"\xe2\x82"), ("a surrogate", b"\xed\xa0\x80")]
    {
        let text = [b"{\"query\":\"{ hello } # ", bytes, b"\"}"].concat();
        broken.push(body(&format!("malformed UTF-8: {name}"), text));
        let text = [b"{\"query\":\"{ hello }\",\"variables\":{\"a\":\"", bytes, b"\"}}"].concat();
        broken.push(body(&format!("malformed UTF-8 in variables: {name}"), text));
    }
    let batch = |count: usize| format!("[{}{{}}]", "{\"query\":\"{hello}\"},".repeat(count));
    broken.extend([
        body("half a surrogate", r#"{"query":"{ hello } # \ud800"}"#),
        body("deep variables", with(&"{\"a\":".repeat(100_000))),
        body("deep lists in variables", with(&format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)))),
        body("deep extensions", format!("{{\"query\":\"{{hello}}\",\"extensions\":{}", "{\"a\":".repeat(100_000))),
        body("a list of many numbers", with(&format!("{{\"a\":[{}0]}}", "0,".repeat(900_000)))),
        body("many empty objects", with(&format!("{{\"a\":[{}{{}}]}}", "{},".repeat(500_000)))),
        body(
            "many members",
            with(&format!("{{{}\"z\":0}}", (0..60_000).map(|n| format!("\"{n}\":0,")).collect::<String>())),
        ),
        body("a batch", batch(1)),
        body("a batch bomb", batch(20_000)),
        body("a list of lists", "[".repeat(1_000_000)),
        body("no JSON", "{".repeat(1_000_000)),
        attack("a body that is too large", JSON, &vec![b' '; 3 << 20], &[413]),
        attack("a body that says it is larger", &format!("{JSON}\r\nContent-Length: 99999999999"), b"", &[413]),
        attack("a coded body", &format!("{JSON}\r\nContent-Encoding: gzip"), b"\x1f\x8b", &[415]),
        attack(
            "another type",
            "POST /graphql HTTP/1.1\r\nContent-Type: text/plain",
            b"{\"query\":\"{hello}\"}",
            &[415],
        ),
    ]);
    broken
}

/// Addresses that are requests.
fn addresses() -> Vec<Attack> {
    let get =
        |name: &str, target: &str, statuses| attack(name, &format!("GET /graphql?{target} HTTP/1.1"), b"", statuses);
    let deep = "%7B%22a%22:".repeat(600);
    vec![
        get("a mutation by GET", "query=mutation%7Bvisit%7D", &[405]),
        get("variables that are deep", &format!("query=%7Bhello%7D&variables={deep}"), &[400]),
        get("malformed UTF-8", "query=%7Bhello%7D%ff", &[400]),
        get("the same name often", &"query=%7Bhello%7D&".repeat(200), &[400]),
        get("a long address", &format!("query={}", "%20".repeat(100_000)), &[414, 431]),
    ]
}

const FORM: &str =
    "POST /graphql HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nApollo-Require-Preflight: true";
const OPERATIONS: &str = r#"{"query":"mutation($f:[Upload!]!){upload(files:$f)}","variables":{"f":[null,null]}}"#;

/// Forms whose maps lie, and forms that are none.
fn forms() -> Vec<Attack> {
    let part =
        |head: &str, content: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    let file = |name: &str| part(&format!("name=\"{name}\"; filename=\"a.txt\""), "hoot");
    let form = |name: &str, parts: &[String]| {
        attack(&format!("a form: {name}"), FORM, format!("{}--b--\r\n", parts.concat()).as_bytes(), &[400])
    };
    let operations = part("name=\"operations\"", OPERATIONS);
    let map = |text: &str| part("name=\"map\"", text);
    let with_map = |name: &str, text: &str| form(name, &[operations.clone(), map(text), file("0")]);
    let many: String = (0..2000).map(|n| format!("\"{n}\":[\"variables.f.0\"],")).collect();
    let mut all = vec![
        with_map("a path that is not there", r#"{"0":["variables.g"]}"#),
        with_map("an index that is not there", r#"{"0":["variables.f.99999999999999999999"]}"#),
        with_map("a negative index", r#"{"0":["variables.f.-1"]}"#),
        with_map("a path through a null", r#"{"0":["variables.f.0.a.b.c"]}"#),
        with_map("a path of nothing", r#"{"0":[""]}"#),
        with_map("the variables themselves", r#"{"0":["variables"]}"#),
        with_map("the query", r#"{"0":["query"]}"#),
        with_map("one place twice", r#"{"0":["variables.f.0","variables.f.0"]}"#),
        with_map("a place of a batch", r#"{"0":["0.variables.f.0"]}"#),
        with_map("a long path", &format!("{{\"0\":[\"variables.f{}\"]}}", ".0".repeat(100_000))),
        with_map("many files", &format!("{{{many}\"x\":[]}}")),
        with_map("many paths", &format!("{{\"0\":[{}\"variables.f.0\"]}}", "\"variables.f.0\",".repeat(2000))),
        with_map("a map that is a list", "[]"),
        with_map("a deep map", &"{\"0\":".repeat(100_000)),
        with_map("a map of numbers", r#"{"0":[1]}"#),
        form("the files first", &[file("0"), operations.clone(), map(r#"{"0":["variables.f.0"]}"#)]),
        form("operations twice", &[operations.clone(), operations.clone(), map("{}")]),
        form("a file that nobody wants", &[operations.clone(), map(r#"{"0":["variables.f.0"]}"#), file("1")]),
        form("a file twice", &[operations.clone(), map(r#"{"0":["variables.f.0"]}"#), file("0"), file("0")]),
        form("a batch", &[part("name=\"operations\"", &format!("[{OPERATIONS}]")), map("{}")]),
        form(
            "a claim to be a file",
            &[
                part("name=\"operations\"", &OPERATIONS.replacen("null", "\"#__graphql_file__:0\"", 1)),
                map(r#"{"0":["variables.f.1"]}"#),
                file("0"),
            ],
        ),
        form(
            "many values",
            &[part(
                "name=\"operations\"",
                &format!("{{\"query\":\"{{hello}}\",\"variables\":{{\"a\":[{}0]}}}}", "0,".repeat(500_000)),
            )],
        ),
        form("nothing", &[]),
        attack("a form without an end", FORM, part("name=\"operations\"", OPERATIONS).as_bytes(), &[400]),
        attack("a form without a boundary", &FORM.replace("; boundary=b", ""), b"x", &[400]),
        attack(
            "a form of another page",
            FORM.rsplit_once("\r\n").unwrap().0,
            format!("{operations}--b--\r\n").as_bytes(),
            &[403],
        ),
    ];
    let mut endless = "--b\r\nContent-Disposition: form-data; name=\"".to_owned();
    let _ = write!(endless, "{}", "x".repeat(24 << 20));
    all.push(attack("a head of a part without an end", FORM, endless.as_bytes(), &[400]));
    all.push(attack("a form without a first boundary", FORM, &vec![b'x'; 24 << 20], &[400]));
    all
}

#[test]
fn each_is_refused_soon_with_flat_memory_and_others_are_answered() {
    let address = serve();
    let good = attack("hello", JSON, json!({ "query": "{ hello }" }).to_string().as_bytes(), &[200]);
    assert_eq!(ask(address, &good.request).0, 200, "before anything else");
    let is_over = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let is_over = is_over.clone();
        move || {
            let (mut count, mut slowest) = (0, Duration::ZERO);
            while !is_over.load(Ordering::SeqCst) {
                let began = Instant::now();
                assert_eq!(ask(address, &good.request).0, 200, "another client");
                slowest = slowest.max(began.elapsed());
                count += 1;
                thread::sleep(Duration::from_millis(5));
            }
            (count, slowest)
        }
    });
    let (mut faults, mut count, mut most) = (Vec::new(), 0, (Duration::ZERO, 0));
    for all in [documents, bodies, addresses, forms] {
        for attack in all() {
            forget_peak();
            let before = memory("VmRSS:");
            let began = Instant::now();
            for _ in 0..ROUNDS {
                let (status, answer) = ask(address, &attack.request);
                if !attack.statuses.contains(&status) || !says_why(&answer) {
                    let answer: String = answer.chars().take(300).collect();
                    faults.push(format!("{}: {status}, expected {:?}: {answer}", attack.name, attack.statuses));
                    break;
                }
            }
            let time = began.elapsed() / u32::try_from(ROUNDS).unwrap();
            let taken = memory("VmHWM:").saturating_sub(before);
            if time > SOON || taken > MOST_MEMORY {
                faults.push(format!("{}: {time:?}, {taken} KiB", attack.name));
            }
            count += 1;
            most = (most.0.max(time), most.1.max(taken));
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let (answered, slowest) = other.join().unwrap();
    println!(
        "{count} refused, each within {:?} and {} KiB; {answered} others answered within {slowest:?}",
        most.0, most.1
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(answered > 20 && slowest < SOON, "{answered} {slowest:?}");
}

/// A refusal is a problem, or GraphQL's errors without data.
fn says_why(answer: &str) -> bool {
    let Ok(body) = start_runtime::serde_json::from_str::<Value>(answer) else { return false };
    let message = body["errors"][0]["message"].as_str().or(body["detail"].as_str());
    message.is_some_and(|message| !message.is_empty()) && body.get("data").is_none()
}

fn serve() -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        start_runtime::__rt::block_on(async {
            let start = Start::new().workers(1).graphql("/graphql", schema::schema());
            let listening = start.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
            sender.send(listening.addresses[0]).unwrap();
            listening.server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// The status and the body of the answer. The server may close while it is still being written to.
fn ask(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut writer = connection.try_clone().unwrap();
    let answer = thread::scope(|scope| {
        scope.spawn(move || drop(writer.write_all(request)));
        let (mut answer, mut piece) = (Vec::new(), [0; 16 * 1024]);
        while let Ok(read) = connection.read(&mut piece) {
            if read == 0 {
                break;
            }
            answer.extend_from_slice(&piece[..read]);
        }
        let _ = connection.shutdown(Shutdown::Both);
        answer
    });
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (status, body)
}

/// A line of what the system says of this process, in KiB.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
    value.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The most memory is counted anew (proc(5), `clear_refs`).
fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}
