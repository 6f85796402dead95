//! The body of a stranger is not asked for.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use start_runtime::prelude::*;

use crate::accounts::Accounts;

/// A server on a thread, for as long as the tests run.
fn serve() -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let start = Start::new().workers(1).data(Accounts::new(false));
            let listening = start.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
            sender.send(listening.addresses[0]).unwrap();
            listening.server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

#[test]
fn a_stranger_is_not_told_to_send_the_body() {
    let address = serve();
    for path in ["/guards/plain/7", "/guards/plain-guard/7", "/guards/member/x", "/guards/member-guard/x"] {
        for (token, status) in [(None, "401"), (Some("forged"), "401"), (Some("good"), "100")] {
            if path.ends_with('x') && token == Some("good") {
                continue;
            }
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let token = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
            write!(stream, "POST {path} HTTP/1.1\r\nhost: x\r\n{token}content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n").unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"), "{path} {token}");
        }
    }
}
