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
fn an_event_stream_ends_well_when_the_server_stops() {
    run(async {
        let mut client = Client::new();
        client.send(get("/events")).await;
        sleep(3000 * MS).await;
        assert!(client.now().await.ends_with("data: a\n\n\r\n"));
        client.stopping.begin();
        assert_eq!(client.now().await, "0\r\n\r\n");
        assert_eq!(client.seen.dropped.get(), 1);
        // The connection is closed as an idle one.
        let (rest, took) = timed(client.rest()).await;
        assert!(rest.is_empty() && took <= 1000 && client.is_over().await, "{took}: {rest}");
        // One that begins after that sends what it has. Over HTTP/1.0 the end is that of the connection.
        for (request, end) in [(get("/events"), "\r\n0\r\n\r\n"), ("GET /events HTTP/1.0\r\n\r\n".into(), "\n\n")] {
            let mut client = Client::new();
            client.stopping.begin();
            client.send(request).await;
            let (text, took) = timed(client.rest()).await;
            assert!(text.contains("data: a\n\n") && text.ends_with(end) && took == 0, "{took}: {text}");
        }
        // Other streams are waited for, and so are those that ask for it.
        for path in ["/ticks", "/events-to-their-end"] {
            let mut client = Client::new();
            client.send(get(path)).await;
            sleep(300 * MS).await;
            client.stopping.begin();
            let text = client.rest().await;
            assert!(text.matches("tick ").count() == 10 && text.ends_with("\r\n0\r\n\r\n"), "{path}: {text}");
        }
    });
}

#[test]
fn a_client_that_reads_nothing_of_its_events_does_not_hold_the_server() {
    run(async {
        for end_first in [false, true] {
            let mut client = Client::over(1024, |_| {});
            client.send(get("/endless-events")).await;
            sleep(2000 * MS).await;
            assert_eq!(client.seen.dropped.get(), 0);
            if end_first {
                client.end().await;
            } else {
                client.stopping.begin();
            }
            let (_, took) = timed(&mut client.server).await;
            assert!((600..1100).contains(&took) && client.seen.dropped.get() == 1, "{took}");
        }
    });
}

#[test]
fn a_client_of_events_that_has_ended_its_side_is_gone() {
    run(async {
        for (path, ticks) in [("/events", 0), ("/event-ticks", 5)] {
            let mut client = Client::new();
            client.send(get(path)).await;
            client.end().await;
            let (text, took) = timed(client.rest()).await;
            assert!(!text.ends_with("0\r\n\r\n") && text.matches("tick ").count() == ticks, "{text}");
            assert!((600..900).contains(&took) && client.seen.dropped.get() == 1, "{took}");
        }
        // What comes behind the stream has its own time.
        let mut client = Client::new();
        client.send(get("/event") + &get("/ticks")).await;
        client.end().await;
        assert_eq!(client.rest().await.matches("tick ").count(), 10);
    });
}

#[test]
fn whoever_works_on_an_answer_learns_that_its_client_is_gone() {
    run(async {
        // A handler that asks, of a client that can still read.
        let mut client = Client::new();
        client.send(get("/gone")).await;
        sleep(1000 * MS).await;
        assert_eq!(client.seen.finished.get(), 0);
        client.end().await;
        assert!(client.rest().await.ends_with("gone"));
        // A task that asks, when the answer is complete.
        let mut client = Client::new();
        client.send(get("/gone-in-task")).await;
        sleep(2000 * MS).await;
        assert_eq!(client.seen.finished.get(), 0);
        assert_eq!(client.receive().await.1, "answered");
        settle().await;
        assert_eq!(client.seen.finished.get(), 1);
        // And when the connection is over before.
        client.send(get("/gone-in-task")).await;
        settle().await;
        client.server.abort();
        settle().await;
        assert_eq!(client.seen.finished.get(), 2);
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
