//! Connections that switch to another protocol.

use actix_web::{HttpRequest, HttpResponse, web};
use start_runtime::{Response, Start, prelude::*};

use crate::wire::Server;

#[api_route(GET, "/up/echo")]
async fn echo(event: APIEvent) -> Result<Response, Problem> {
    let upgrade = event.request.upgrade().ok_or_else(|| Problem::bad_request("ask for an upgrade to `echo`"))?;
    actix_web::rt::spawn(async move {
        if let Ok(connection) = upgrade.await {
            let (mut input, mut output) = tokio::io::split(connection);
            let _ = tokio::io::copy(&mut input, &mut output).await;
        }
    });
    Ok(Response::empty().status(101).header("Connection", "upgrade").header("Upgrade", "echo"))
}

#[api_route(GET, "/up/refused")]
async fn refused(event: APIEvent) -> Problem {
    let upgrade = event.request.upgrade();
    actix_web::rt::spawn(async move {
        if let Some(upgrade) = upgrade {
            assert!(upgrade.await.is_err());
        }
    });
    Problem::new(403)
}

/// Answers each text with itself.
#[api_route(GET, "/up/websocket")]
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

const SWITCH: &str = "Connection: upgrade\r\nUpgrade: echo\r\n";

#[test]
fn a_handler_gets_the_raw_connection_after_a_101() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send(format!("GET /up/echo HTTP/1.1\r\nHost: a\r\n{SWITCH}\r\nearly,"));
    let (head, _) = wire.receive();
    assert!(head.starts_with("http/1.1 101 switching protocols\r\n"), "{head}");
    wire.send("\0late.");
    assert_eq!(wire.take(12), b"early,\0late.");
}

#[test]
fn a_request_that_asks_for_nothing_else_stays_http() {
    let server = Server::start(Start::new);
    for (path, headers, expected) in [
        ("/up/echo", "", "http/1.1 400 "),
        ("/up/echo", "Upgrade: echo\r\n", "http/1.1 400 "),
        ("/up/refused", SWITCH, "http/1.1 403 "),
        ("/s/hello", SWITCH, "http/1.1 200 "),
    ] {
        let mut wire = server.connect();
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n"));
        let (head, _) = wire.receive();
        assert!(head.starts_with(expected), "{path} {headers}: {head}");
        wire.send("GET /s/hello HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(wire.receive().1, b"Hello World", "{path} {headers}");
    }
}

#[test]
fn a_websocket_of_actix_ws_works() {
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    wire.send(
        "GET /up/websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let (head, _) = wire.receive();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    // A masked text frame with the mask 0: RFC 6455, section 5.7.
    wire.send([0x81, 0x83, 0, 0, 0, 0, b'o', b'w', b'l']);
    assert_eq!(wire.take(5), b"\x81\x03owl");
}
