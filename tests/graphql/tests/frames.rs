//! Frames of WebSockets as hostile clients send them, over a real socket.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use start_runtime::prelude::*;

#[allow(dead_code, reason = "the other tests use all of it")]
#[path = "graphql/schema.rs"]
mod schema;

const HANDSHAKE: &str = "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";

#[test]
fn a_frame_that_says_that_it_is_longer_than_a_body_ends_the_connection() {
    const LIMIT: u64 = 1000;
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        start_runtime::__rt::block_on(async {
            let start = Start::new().workers(1).body_limit(1000).graphql("/graphql", schema::schema());
            let listening = start.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
            sender.send(listening.addresses[0]).unwrap();
            listening.server.await.unwrap();
        });
    });
    let address = receiver.recv().unwrap();
    for length in [LIMIT + 1, 1 << 20, 1 << 40, (1 << 63) - 1, u64::MAX] {
        let mut connection = TcpStream::connect(address).unwrap();
        // A client that says nothing is sent away as well, after three seconds.
        connection.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        connection.write_all(HANDSHAKE.as_bytes()).unwrap();
        connection.write_all(&[&[0x81, 0xff], &length.to_be_bytes()[..], &[0; 4]].concat()).unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap_or_else(|error| panic!("{length}: {error}"));
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{length}: {}", answer.escape_ascii());
    }
}
