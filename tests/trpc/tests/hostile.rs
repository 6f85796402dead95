//! What hostile clients send over a WebSocket: each is answered or sent away, with flat memory, while another client is
//! answered. A program of its own, because it measures the process.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use futures_util::{Stream, stream};
use start_runtime::serde_json::{Value, json};
use start_runtime::{Start, trpc};

/// How much memory a connection may take, in KiB: what the client itself holds of one message is among it.
const MOST_MEMORY: u64 = 32 * 1024;

/// How long another client waits for its answer, in a build without optimization.
const SOON: Duration = Duration::from_secs(5);

/// A message may have this many bytes ([`Start::body_limit`]).
const MOST: usize = 2 * 1024 * 1024;

#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}

#[trpc::query]
async fn echo(input: Value) -> Value {
    input
}

#[trpc::query]
async fn length(input: String) -> usize {
    input.len()
}

#[trpc::subscription]
async fn silent(_input: trpc::Maybe<Value>) -> impl Stream<Item = u8> {
    stream::pending()
}

#[trpc::subscription]
async fn fast() -> impl Stream<Item = u64> {
    stream::iter(0..)
}

/// What is sent, whether the client reads, and what has to come of it.
struct Attack {
    name: &'static str,
    frames: Vec<Frames>,
    reads: bool,
    /// What stands in an answer, or that the connection is closed.
    answer: Option<&'static str>,
}

/// The same bytes so many times.
struct Frames(Vec<u8>, usize);

fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![opcode];
    match payload.len() {
        length @ 0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..0x1_0000 => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    // The masking key is zero (RFC 6455, section 5.3).
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

fn text(message: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x81, message.as_ref())
}

fn subscription(id: &Value, path: &str, input: &Value) -> String {
    json!({ "id": id, "method": "subscription", "params": { "path": path, "input": input } }).to_string()
}

fn attacks() -> Vec<Attack> {
    let attack = |name, frames: Vec<Frames>, answer| Attack { name, frames, reads: true, answer };
    let unread = |name, frames: Vec<Frames>| Attack { name, frames, reads: false, answer: None };
    let once = |message: String| vec![Frames(text(message), 1)];
    let list = |item: &str, count: usize| once(format!("[{}{item}]", format!("{item},").repeat(count - 1)));
    let each = |count: usize, message: &dyn Fn(usize) -> String| {
        (0..count).map(|number| Frames(text(message(number)), 1)).collect::<Vec<_>>()
    };
    let large = "x".repeat(MOST - 1000);
    let echo = json!({ "id": 1, "method": "query", "params": { "path": "echo", "input": large } }).to_string();
    let nobody = json!({ "id": 1, "method": "query", "params": { "path": large } }).to_string();
    let fragments = |count: usize, payload: &[u8]| {
        vec![Frames(frame(0x01, payload), 1), Frames(frame(0x00, payload), count), Frames(frame(0x80, b""), 1)]
    };
    let length = json!({ "id": 7, "method": "query", "params": { "path": "length", "input": "" } }).to_string();
    vec![
        attack("a list of 100,000 numbers", list("0", 100_000), Some("a message is an object")),
        attack("a list of 100,000 objects", list(r#"{"id":1}"#, 100_000), Some("method")),
        attack(
            "a list of 30,000 queries",
            list(r#"{"id":1,"method":"query","params":{"path":"hello"}}"#, 30_000),
            Some("under way"),
        ),
        attack("a list of small values", list(r#"{"a":0}"#, 200_000), Some("an `id`")),
        attack(
            "an input of small values",
            once(format!(
                r#"{{"id":1,"method":"query","params":{{"path":"length","input":[{}0]}}}}"#,
                r#"{"a":0},"#.repeat(200_000)
            )),
            Some("BAD_REQUEST"),
        ),
        attack("a deep message", once("[".repeat(MOST - 10)), Some("PARSE_ERROR")),
        attack(
            "a deep object",
            once(format!("{}1{}", "{\"params\":".repeat(90_000), "}".repeat(90_000))),
            Some("error"),
        ),
        attack(
            "20,000 subscriptions with one id",
            vec![Frames(text(subscription(&json!(1), "silent", &json!(null))), 20_000)],
            Some("under way"),
        ),
        attack(
            "3,000 subscriptions",
            each(3000, &|id| subscription(&json!(id), "silent", &json!(null))),
            Some("TOO_MANY_REQUESTS"),
        ),
        attack(
            "huge ids",
            each(40, &|id| subscription(&json!(format!("{id}{}", "x".repeat(MOST / 2))), "silent", &json!(null))),
            Some("`id`"),
        ),
        attack(
            "huge inputs",
            each(30, &|id| subscription(&json!(id), "silent", &json!(large))),
            Some("TOO_MANY_REQUESTS"),
        ),
        attack(
            "subscriptions that begin and end",
            list(
                r#"{"id":1,"method":"subscription","params":{"path":"silent"}},{"id":1,"method":"subscription.stop"}"#,
                15_000,
            ),
            Some("stopped"),
        ),
        attack(
            "stops of nobody",
            vec![Frames(text(r#"{"id":9,"method":"subscription.stop"}"#), 50_000), Frames(text(&length), 1)],
            Some("\"id\":7"),
        ),
        attack("pings", vec![Frames(frame(0x89, &[b'x'; 125]), 100_000), Frames(text(&length), 1)], Some("\"id\":7")),
        attack("pongs", vec![Frames(frame(0x8a, &[b'x'; 125]), 200_000), Frames(text(&length), 1)], Some("\"id\":7")),
        attack("a message in pieces of one byte", fragments(1_000_000, b"1"), Some("PARSE_ERROR")),
        attack("empty pieces", fragments(1_000_000, b""), Some("PARSE_ERROR")),
        attack("a message that is too large", vec![Frames(text(vec![b'x'; 3 * MOST / 2]), 1)], None),
        attack(
            "pieces that are too large",
            vec![Frames(frame(0x01, &[b'x'; 60_000]), 1), Frames(frame(0x00, &[b'x'; 60_000]), 60)],
            None,
        ),
        attack(
            "a frame that says that it never ends",
            vec![
                Frames(vec![0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0], 1),
                Frames(vec![b'x'; 60_000], 800),
            ],
            None,
        ),
        attack("bytes that are no text", vec![Frames(text(b"\"\xff\""), 1)], None),
        attack("a frame without a mask", vec![Frames(vec![0x81, 2, b'{', b'}'], 1)], None),
        unread("a fast subscription, unread", each(20, &|id| subscription(&json!(id), "fast", &json!(null)))),
        unread("large answers, unread", vec![Frames(text(&echo), 100)]),
        unread("large refusals, unread", vec![Frames(text(&nobody), 100)]),
        unread("pings, unread", vec![Frames(frame(0x89, &[b'x'; 125]), 200_000)]),
        unread("messages that are none, unread", vec![Frames(text("{"), 200_000)]),
    ]
}

/// What the process takes is measured, so nothing else happens meanwhile.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn each_is_answered_or_sent_away_with_flat_memory_and_others_are_answered() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let address = serve();
    assert_eq!(good(address), "hello you", "before anything else");
    let wanted = std::env::var("ATTACK").unwrap_or_default();
    let (mut faults, mut count, mut most) = (Vec::new(), 0, 0);
    for attack in attacks().into_iter().filter(|attack| attack.name.contains(&wanted)) {
        // What the client holds is there before.
        let connection = open(address);
        forget_peak();
        let before = memory("VmRSS:");
        let began = Instant::now();
        let fault = make(connection, &attack);
        let other = Instant::now();
        assert_eq!(good(address), "hello you", "another client, beside {}", attack.name);
        let other = other.elapsed();
        let taken = memory("VmHWM:").saturating_sub(before);
        println!("{}: {:?}, {taken} KiB", attack.name, began.elapsed());
        if let Some(fault) = fault {
            faults.push(format!("{}: {fault}", attack.name));
        }
        if taken > MOST_MEMORY || other > SOON {
            faults.push(format!("{}: {taken} KiB; another client waited {other:?}", attack.name));
        }
        (count, most) = (count + 1, most.max(taken));
    }
    println!("{count} attacks, each within {most} KiB");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Sends all of an attack. Returns what is wrong with the answer.
fn make(mut connection: TcpStream, attack: &Attack) -> Option<String> {
    let reader = attack.reads.then(|| {
        let mut connection = connection.try_clone().unwrap();
        let wanted = attack.answer.map(str::as_bytes);
        thread::spawn(move || {
            // What was read, up to some bytes, so that a text which is cut is found.
            let (mut tail, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
            loop {
                match connection.read(&mut piece) {
                    Ok(0) => return Ok(wanted.is_none()),
                    Ok(read) => tail.extend_from_slice(&piece[..read]),
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return Ok(wanted.is_none()),
                    Err(error) => return Err(error),
                }
                if wanted.is_some_and(|wanted| tail.windows(wanted.len()).any(|part| part == wanted)) {
                    return Ok(true);
                }
                tail.drain(..tail.len().saturating_sub(200));
            }
        })
    });
    // One that is not read is blocked sooner or later.
    connection.set_write_timeout(Some(Duration::from_secs(if attack.reads { 30 } else { 2 }))).unwrap();
    for Frames(bytes, count) in &attack.frames {
        let at_once = (64 * 1024 / bytes.len()).clamp(1, *count);
        let many = bytes.repeat(at_once);
        for _ in 0..count.div_ceil(at_once) {
            if connection.write_all(&many).is_err() {
                break;
            }
        }
    }
    let Some(reader) = reader else {
        thread::sleep(Duration::from_millis(500));
        return None;
    };
    let found = reader.join().unwrap();
    let _ = connection.shutdown(Shutdown::Both);
    match found {
        Ok(true) => None,
        Ok(false) => Some("the connection ended without the answer".to_owned()),
        Err(error) => Some(format!("neither an answer nor an end: {error}")),
    }
}

#[test]
fn connections_that_say_nothing_take_little() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let address = serve();
    assert_eq!(good(address), "hello you");
    let silent: [&[u8]; 4] =
        [b"", &[0x81], &[0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, b'{'], &[0x01, 0x81, 0, 0, 0, 0, b'{']];
    forget_peak();
    let before = memory("VmRSS:");
    let connections: Vec<TcpStream> = (0..400)
        .map(|number| {
            let mut connection = open(address);
            connection.write_all(silent[number % silent.len()]).unwrap();
            connection
        })
        .collect();
    assert_eq!(good(address), "hello you");
    let taken = memory("VmHWM:").saturating_sub(before);
    assert!(taken / 400 < 64, "{taken} KiB for {} connections", connections.len());
}

/// The answer to a good query, on a connection of its own.
fn good(address: SocketAddr) -> String {
    let mut connection = open(address);
    connection.write_all(&text(r#"{"id":1,"method":"query","params":{"path":"hello","input":"you"}}"#)).unwrap();
    let mut head = [0; 2];
    connection.read_exact(&mut head).unwrap();
    let mut body = vec![0; usize::from(head[1])];
    connection.read_exact(&mut body).unwrap();
    let body: Value = start_runtime::serde_json::from_slice(&body).unwrap();
    body["result"]["data"].as_str().unwrap_or_default().to_owned()
}

fn open(address: SocketAddr) -> TcpStream {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = "GET /trpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    connection.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", answer.escape_ascii());
    connection
}

fn serve() -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        start_runtime::__rt::block_on(async {
            let start = Start::new().workers(1).body_limit(MOST).trpc("/trpc");
            let listening = start.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
            sender.send(listening.addresses[0]).unwrap();
            listening.server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
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
