//! Messages over a WebSocket, to a program that listens.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use start_runtime::__rt;

use super::procedures::program;
use super::shape;

/// A server that says nothing for so long has stopped.
const PATIENCE: Duration = Duration::from_secs(10);

/// The last message, which is answered whatever came before it.
const LAST: &str = r#"{"id":"the end","method":"query","params":{"path":"hello","input":"end"}}"#;

/// Panics if the answers are none, or there is no answer to the last message.
pub fn check(target: &str, body: &[u8]) {
    let mut socket = TcpStream::connect(*SERVER).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket.set_nodelay(true).expect("an option");
    let messages: Vec<&[u8]> = body.split(|byte| *byte == b'\n').filter(|message| !message.is_empty()).collect();
    let mut bytes = format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes();
    if socket.write_all(&bytes).is_err() {
        return;
    }
    let mut read = Reader { socket: &socket, bytes: Vec::new(), at: 0 };
    let Some(head) = read.head() else { return };
    if !head.starts_with("HTTP/1.1 101 ") {
        let status = head.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok()).expect("a status");
        assert!((200..500).contains(&status), "{head}");
        return;
    }
    bytes.clear();
    messages.iter().copied().chain([LAST.as_bytes()]).for_each(|message| frame(message, &mut bytes));
    let _ = (&socket).write_all(&bytes);

    let ids = ids(&messages);
    // A client that says something else than who it is first, and one whose text is none, are sent away.
    let may_close =
        target.contains("connectionParams") || messages.iter().any(|message| std::str::from_utf8(message).is_err());
    loop {
        let text = match read.frame() {
            Some((1, text)) => String::from_utf8(text).expect("a message is text"),
            Some((9 | 10, _)) => continue,
            Some((8, _)) | None => {
                assert!(may_close, "the server has closed the connection");
                return;
            }
            Some((opcode, _)) => panic!("a frame with the opcode {opcode}"),
        };
        if text == "PONG" {
            continue;
        }
        let message = shape::parsed(&text);
        let id = &message["id"];
        assert!(id.is_null() || ids.contains(id), "an answer to nobody: {text}");
        match (&message["result"], message.get("error")) {
            (Value::Object(result), None) => {
                let kind = result["type"].as_str().unwrap_or_default();
                assert!(matches!(kind, "started" | "stopped" | "data"), "{text}");
                if *id == "the end" {
                    assert_eq!(message, json!({ "id": "the end", "result": { "type": "data", "data": "hello end" } }));
                    return;
                }
            }
            (Value::Null, Some(error)) => drop(shape::error(error, None)),
            _ => panic!("neither a result nor an error: {text}"),
        }
    }
}

/// The ids of all messages.
fn ids(messages: &[&[u8]]) -> Vec<Value> {
    let id = |message: &Value| message.get("id").cloned();
    let each = |message: &&[u8]| match serde_json::from_slice::<Value>(message) {
        Ok(Value::Array(all)) => all.iter().filter_map(id).collect(),
        Ok(message) => id(&message).into_iter().collect(),
        Err(_) => Vec::new(),
    };
    messages.iter().flat_map(each).chain(["the end".into()]).collect()
}

/// Adds a masked frame (RFC 6455, section 5.2); its masking key is zero.
fn frame(text: &[u8], bytes: &mut Vec<u8>) {
    bytes.push(0x81);
    match u16::try_from(text.len()) {
        Ok(length @ 0..126) => bytes.push(0x80 | length as u8),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => panic!("inputs are short"),
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(text);
}

/// What comes from the server.
struct Reader<'a> {
    socket: &'a TcpStream,
    bytes: Vec<u8>,
    at: usize,
}

impl Reader<'_> {
    /// So many more bytes; `None` if the connection ends.
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        while self.bytes.len() < self.at + count {
            self.bytes.drain(..std::mem::take(&mut self.at));
            let mut piece = [0; 16 * 1024];
            match self.socket.read(&mut piece) {
                Ok(0) => return None,
                Ok(read) => self.bytes.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("the server does not answer: {error}"),
            }
        }
        self.at += count;
        Some(&self.bytes[self.at - count..self.at])
    }

    fn head(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend_from_slice(self.take(1)?);
        }
        Some(String::from_utf8(head).expect("a head is ASCII"))
    }

    /// The opcode and the payload of a frame.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let head = self.take(2)?;
        let (opcode, length) = (head[0] & 15, head[1]);
        let length = match length {
            126 => u64::from(u16::from_be_bytes(self.take(2)?.try_into().ok()?)),
            127 => u64::from_be_bytes(self.take(8)?.try_into().ok()?),
            short => u64::from(short),
        };
        Some((opcode, self.take(usize::try_from(length).ok()?)?.to_vec()))
    }
}

static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        __rt::block_on(async {
            let listening = program().workers(1).listen(([127, 0, 0, 1], 0).into()).await.expect("it listens");
            sender.send(listening.addresses[0]).expect("somebody waits");
            listening.server.await.expect("it serves");
        });
    });
    receiver.recv().expect("it listens")
});
