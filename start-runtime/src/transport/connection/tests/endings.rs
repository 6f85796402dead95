//! The ways in which a connection ends: by the client, by the server's stop, in the middle.

use super::*;

#[test]
fn a_client_that_has_ended_its_side_is_answered() {
    run(async {
        for request in [get("/later?a"), post("/echo", "Content-Length: 1\r\n") + "a", get("/query?a").repeat(40)] {
            let mut client = Client::new();
            client.send(&request).await;
            client.end().await;
            let text = client.rest().await;
            assert!(text.ends_with("\r\n\r\na"), "{text}");
            assert_eq!(statuses(&text).len(), request.matches("HTTP/1.1").count());
            assert!(client.is_over().await);
        }
        let mut client = Client::new();
        client.send(&get("/hello")[..20]).await;
        client.end().await;
        let text = client.rest().await;
        assert!(text.starts_with("HTTP/1.1 400") && text.contains("within the head"), "{text}");
        for nothing in ["", "\r\n\r\n"] {
            let mut client = Client::new();
            client.send(nothing).await;
            client.end().await;
            assert_eq!(client.rest().await, "");
        }
    });
}

#[test]
fn a_stream_that_yields_nothing_is_dropped_when_its_client_has_gone() {
    run(async {
        for path in ["/pending", "/one-then-pending"] {
            let mut client = Client::new();
            client.send(get(path)).await;
            sleep(5000 * MS).await;
            assert!(client.now().await.contains("chunked"));
            assert_eq!(client.seen.dropped.get(), 0);
            client.end().await;
            let (rest, took) = timed(client.rest()).await;
            assert!(!rest.contains("\r\n0\r\n") && (900..1200).contains(&took), "{took}: {rest}");
            assert!(client.is_over().await && client.seen.dropped.get() == 1);
        }
        // One that yields something now and then is sent.
        let mut client = Client::new();
        client.send(get("/ticks")).await;
        client.end().await;
        assert_eq!(client.rest().await.matches("tick ").count(), 10);
    });
}

#[test]
fn a_client_that_is_gone_ends_all() {
    run(async {
        let mut client = Client::over(1024, |_| {});
        client.send(get("/endless")).await;
        settle().await;
        let (seen, server) = (client.seen.clone(), client.server);
        drop(client.stream);
        server.await.unwrap();
        settle().await;
        assert_eq!(seen.dropped.get(), 1);
        // A handler runs to its end.
        let mut client = Client::new();
        client.send(get("/later")).await;
        settle().await;
        drop(client.stream);
        client.server.await.unwrap();
        assert_eq!(client.seen.finished.get(), 1);
    });
}

#[test]
fn a_server_that_stops_answers_what_it_has_and_closes() {
    run(async {
        let (mut idle, mut silent, mut late, mut head, mut busy) =
            (Client::new(), Client::new(), Client::new(), Client::new(), Client::new());
        for client in [&mut idle, &mut late] {
            client.send(get("/hello")).await;
            client.receive().await;
        }
        head.send(&get("/query?head")[..25]).await;
        busy.send(get("/ticks")).await;
        sleep(300 * MS).await;
        for client in [&idle, &silent, &late, &head, &busy] {
            client.stopping.begin();
        }
        sleep(500 * MS).await;
        late.send(get("/query?late")).await;
        let text = late.rest().await;
        assert!(text.contains("connection: close") && text.ends_with("late"), "{text}");
        for client in [&mut idle, &mut silent] {
            let (rest, took) = timed(client.rest()).await;
            assert!(rest.is_empty() && took < 600, "{took}: {rest}");
        }
        sleep(1500 * MS).await;
        assert!(!head.is_over().await);
        head.send(&get("/query?head")[25..]).await;
        let text = head.rest().await;
        assert!(text.contains("connection: close") && text.ends_with("head"), "{text}");
        assert_eq!(busy.rest().await.matches("tick ").count(), 10);
        for client in [&idle, &silent, &late, &head, &busy] {
            assert!(client.is_over().await);
        }
    });
}

#[test]
fn a_connection_that_waits_holds_no_buffers() {
    run(async {
        use crate::transport::connection::io::{Input, Output, rest};
        let (mut ours, theirs) = duplex(1024);
        let (mut input, mut output) = (Input::default(), Output::default());
        let mut theirs = theirs;
        let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
        ours.write_all(b"abc").await.unwrap();
        assert!(input.poll_read(&mut theirs, false, cx).is_ready());
        rest(&mut input, &mut output);
        assert_eq!(&input.buffer[..], b"abc");
        input.buffer.clear();
        rest(&mut input, &mut output);
        assert_eq!(input.buffer.capacity(), 0);
        output.bytes().extend_from_slice(b"abc");
        rest(&mut input, &mut output);
        assert!(!output.is_empty());
        assert!(output.poll_flush(&mut theirs, Instant::now(), cx).is_ready());
        rest(&mut input, &mut output);
        assert!(output.is_empty());
    });
}

#[test]
fn a_connection_is_small() {
    let size = size_of::<crate::transport::connection::Connection<tokio::net::TcpStream, service::Routes>>();
    assert!(size < 1024, "{size}");
}
