//! Connections that become websockets, and bodies that come only if they are wanted.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use start_runtime::prelude::*;

use crate::app::start;

#[api_route(GET, "/mw/websocket", middleware = crate::app::route)]
async fn websocket(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, actix_web::Error> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, payload)?;
    actix_web::rt::spawn(async move {
        while let Some(Ok(message)) = messages.recv().await {
            if let actix_ws::Message::Text(text) = message {
                let _ = session.text(text).await;
            }
        }
    });
    Ok(response)
}

#[extractor(security = bearer("token"))]
fn token(event: APIEvent) -> Result<(), Problem> {
    match event.request.bearer_token()? {
        Some("good") => Ok(()),
        _ => Err(Problem::unauthorized("no")),
    }
}

#[api_route(POST, "/mw/upload", middleware = crate::app::route, guard = token)]
async fn upload(event: APIEvent) -> Result<String, Problem> {
    Ok(event.request.bytes().await?.len().to_string())
}

fn ask(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().to_lowercase()
}

/// A server on a thread, for as long as the tests run.
fn serve() -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let listening = start().workers(1).listen(([127, 0, 0, 1], 0).into()).await.unwrap();
            sender.send(listening.addresses[0]).unwrap();
            listening.server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

#[test]
fn sockets_see_middleware() {
    let address = serve();
    let upgrade = "GET /mw/websocket HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let mut stream = ask(address, upgrade);
    let answer = head(&mut stream);
    assert!(answer.starts_with("http/1.1 101"), "{answer}");
    assert!(answer.contains("x-after: route\r\nx-after: scope\r\nx-after: program"), "{answer}");
    stream.write_all(b"\x81\x85\0\0\0\0hello").unwrap();
    let mut echoed = [0; 7];
    stream.read_exact(&mut echoed).unwrap();
    assert_eq!(&echoed, b"\x81\x05hello");

    // Whoever is refused is not asked for the body, and gets the answer with what middleware has added.
    for (token, first) in [("bad", "http/1.1 401"), ("good", "http/1.1 100")] {
        let upload = format!(
            "POST /mw/upload HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 5\r\n\
             Expect: 100-continue\r\n\r\n"
        );
        let mut stream = ask(address, &upload);
        let mut answer = head(&mut stream);
        assert!(answer.starts_with(first), "{token}: {answer}");
        if token == "good" {
            stream.write_all(b"hello").unwrap();
            answer = head(&mut stream);
            assert!(answer.starts_with("http/1.1 200"), "{answer}");
        }
        assert!(answer.contains("x-after: route"), "{token}: {answer}");
    }
}
