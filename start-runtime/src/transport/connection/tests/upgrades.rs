//! Other protocols: WebSockets by payload and body, anything by a raw connection.

use super::*;

const WEBSOCKET: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

#[test]
fn a_websocket_is_read_from_the_payload_and_written_as_the_body() {
    run(async {
        let short = |settings: &mut Settings| {
            settings.timeouts.body = 200 * MS;
            settings.timeouts.header = 200 * MS;
            settings.timeouts.keep_alive = 200 * MS;
        };
        let mut client = Client::with(short);
        // The first bytes come with the request.
        client.send(format!("GET /ws HTTP/1.1\r\nHost: x\r\n{WEBSOCKET}\r\nfirst")).await;
        let (head, _) = client.receive().await;
        assert!(head.starts_with("http/1.1 101") && head.contains("connection: upgrade"), "{head}");
        assert!(!head.contains("chunked") && !head.contains("content-length"), "{head}");
        client.expect("first").await;
        for text in ["GET / HTTP/1.1\n\n", "\0\r\n\r\n"] {
            sleep(5000 * MS).await;
            client.send(text).await;
            client.expect(text).await;
        }
        client.end().await;
        assert_eq!(client.rest().await, "");
        assert!(client.is_over().await);
    });
}

#[test]
fn another_protocol_is_spoken_over_the_raw_connection() {
    run(async {
        for protocol in ["websocket", "something/1"] {
            let mut client = Client::new();
            client
                .send(format!(
                    "GET /raw HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: {protocol}\r\n\r\nfirst"
                ))
                .await;
            let (head, _) = client.receive().await;
            assert!(head.starts_with("http/1.1 101"), "{head}");
            client.expect("FIRST").await;
            sleep(200_000 * MS).await;
            client.send("second").await;
            client.expect("SECOND").await;
            // It counts as open until its end.
            assert_eq!(client.stopping.connections(), 1);
            client.end().await;
            assert_eq!(client.rest().await, "");
            settle().await;
            assert_eq!(client.stopping.connections(), 0);
        }
    });
}

#[test]
fn an_upgrade_that_does_not_happen_is_http() {
    let errors = run(async {
        // What a WebSocket's client may have sent is not taken for requests.
        let mut client = Client::new();
        client.send(format!("GET /hello HTTP/1.1\r\nHost: x\r\n{WEBSOCKET}\r\n{}", get("/never"))).await;
        let text = client.rest().await;
        assert!(text.contains("connection: close") && text.ends_with("hello") && client.executed() == 1, "{text}");
        // Who reads from it before the answer waits as for a body.
        let mut client = Client::with(|settings| settings.timeouts.body = 200 * MS);
        client.send(format!("POST /echo HTTP/1.1\r\nHost: x\r\n{WEBSOCKET}\r\nhello")).await;
        assert!(client.rest().await.starts_with("HTTP/1.1 408"));
        // Other protocols are ignored.
        let mut client = Client::new();
        let h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
        client.send(format!("GET /hello HTTP/1.1\r\nHost: x\r\n{h2c}\r\n{}", get("/close"))).await;
        assert_eq!(statuses(&client.rest().await), [200, 200]);
        // 101 without anybody to speak the protocol, or without being asked.
        for headers in ["Connection: Upgrade\r\nUpgrade: a\r\n", ""] {
            let mut client = Client::new();
            client.send(format!("GET /ws HTTP/1.1\r\nHost: x\r\n{headers}\r\n")).await;
            assert!(client.receive().await.0.starts_with("http/1.1 500"));
        }
    });
    assert_eq!(errors.len(), 2, "{errors:?}");
}

/// `actix-ws` itself, with an App behind the loop.
#[test]
fn actix_ws_works() {
    use actix_http::body::MessageBody as _;
    use actix_service::{IntoServiceFactory as _, Service as _, ServiceFactory as _};
    use actix_web::{App, HttpRequest, HttpResponse, dev::AppConfig, web};

    async fn echo(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
        let (response, mut session, mut messages) = actix_ws::handle(&request, body)?;
        actix_web::rt::spawn(async move {
            while let Some(Ok(message)) = messages.recv().await {
                if let actix_ws::Message::Text(text) = message {
                    session.text(text).await.unwrap();
                }
            }
            let _ = session.close(None).await;
        });
        Ok(response)
    }

    run(async {
        let app = App::new().route("/ws", web::get().to(echo)).into_factory();
        let app = Rc::new(app.new_service(AppConfig::default()).await.unwrap());
        let call = move |request| {
            let app = app.clone();
            async move {
                match app.call(request).await {
                    Ok(response) => response.into_parts().1.map_into_boxed_body().into(),
                    Err(error) => error.error_response().map_into_boxed_body().into(),
                }
            }
        };
        let refuse = |refusal: crate::transport::Refusal| {
            actix_http::Response::new(refusal.status).map_body(|_, body| body.boxed())
        };
        let service = Rc::new(service::FnService { call, refuse });
        let settings = Rc::new(Settings { timeouts: Timeouts::default(), header_limit: 1000 });
        let (mut client, theirs) = duplex(1024);
        let server = spawn_local(serve(theirs, None, settings, service, Arc::new(Stopping::new())));
        let key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        client.write_all(format!("GET /ws HTTP/1.1\r\nHost: x\r\n{WEBSOCKET}{key}\r\n").as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
        // A masked frame with the text "hi", and its echo without a mask.
        client.write_all(&[0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2]).await.unwrap();
        let mut frame = [0; 4];
        client.read_exact(&mut frame).await.unwrap();
        assert_eq!(frame, [0x81, 2, b'h', b'i']);
        client.shutdown().await.unwrap();
        server.await.unwrap();
    });
}
