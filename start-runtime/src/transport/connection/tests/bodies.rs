//! The bodies of requests: fed as they are read, read away or left, with and without `Expect`.

use super::*;

#[test]
fn a_body_is_read_by_whatever_reads_it() {
    run(async {
        for path in ["/echo", "/echo-in-task", "/echo-stream"] {
            for size in [1, 1000, 200_000] {
                let body = "x".repeat(size);
                for framed in [
                    format!("Content-Length: {size}\r\n\r\n{body}"),
                    format!("Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"),
                ] {
                    let mut client = Client::new();
                    let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{framed}{}", get("/close"));
                    let (mut reader, mut writer) = tokio::io::split(client.stream);
                    let write = async { writer.write_all(request.as_bytes()).await.unwrap() };
                    let mut text = Vec::new();
                    tokio::join!(write, reader.read_to_end(&mut text)).1.unwrap();
                    let text = String::from_utf8(text).unwrap();
                    assert_eq!(statuses(&text), [200, 200], "{path} {size}: {text:.300}");
                    assert!(text.matches('x').count() >= size && text.ends_with("bye"), "{path} {size}: {text:.300}");
                    client.stream = duplex(1).0;
                }
            }
        }
    });
}

#[test]
fn a_body_that_is_not_read_is_not_taken_in() {
    run(async {
        let mut client = Client::over(1024, |_| {});
        client.send(post("/read-late", "Content-Length: 1000000\r\n")).await;
        let mut sent = 0;
        while let Ok(written) = tokio::time::timeout(100 * MS, client.stream.write(&[b'x'; 1024])).await {
            sent += written.unwrap();
        }
        // What is ahead of the reader is bounded.
        assert!((64 * 1024..80 * 1024).contains(&sent), "{sent}");
        while sent < 1_000_000 {
            sent += client.stream.write(&vec![b'x'; 1024.min(1_000_000 - sent)]).await.unwrap();
        }
        assert_eq!(client.receive().await.1, "1000000");
    });
}

#[test]
fn a_small_body_that_nobody_reads_is_read_away() {
    run(async {
        let chunks = "Transfer-Encoding: chunked\r\n";
        for request in [
            post("/refuses", "Content-Length: 5\r\n") + "hello",
            post("/refuses", chunks) + "a\r\n0123456789\r\n0\r\n\r\n",
            post("/status/404", "Content-Length: 30000\r\n") + &"x".repeat(30_000),
        ] {
            let mut client = Client::new();
            client.send(request + &get("/query?second") + &get("/close")).await;
            let text = client.rest().await;
            assert_eq!(statuses(&text).len(), 3, "{text}");
            assert!(text.contains("second") && text.matches("connection: close").count() == 1, "{text}");
        }
    });
}

#[test]
fn nothing_behind_an_announced_close_is_executed() {
    run(async {
        let behind = get("/hello").repeat(2);
        for (request, sent) in [
            // Too large to be read for nothing.
            (post("/refuses", "Content-Length: 66000\r\n"), 66_000),
            (post("/refuses", "Content-Length: 130000\r\n"), 130_000),
            ("OPTIONS /refuses HTTP/1.1\r\nHost: x\r\nContent-Length: 66000\r\n\r\n".to_owned(), 66_000),
        ] {
            let mut client = Client::over(1 << 20, |_| {});
            client.send(format!("{request}{}{behind}", "x".repeat(sent))).await;
            let (head, _) = client.receive().await;
            assert!(head.contains("connection: close"), "{head}");
            sleep(1800 * MS).await;
            client.send(&behind).await;
            assert_eq!((client.rest().await, client.executed()), (String::new(), 1));
        }
        // Not there when the answer is.
        let mut client = Client::new();
        client.send(post("/refuses", "Transfer-Encoding: chunked\r\n") + "a\r\n01234").await;
        let (head, _) = client.receive().await;
        assert!(head.contains("connection: close"), "{head}");
        client.send(format!("56789\r\n0\r\n\r\n{behind}")).await;
        assert_eq!((client.rest().await, client.executed()), (String::new(), 1));
    });
}

#[test]
fn the_rest_of_a_body_is_read_away_so_that_the_answer_arrives() {
    run(async {
        let mut client = Client::over(1024, |_| {});
        client.send(post("/refuses", "Content-Length: 1000000\r\n")).await;
        let (head, _) = client.receive().await;
        assert!(head.starts_with("http/1.1 403") && head.contains("connection: close"), "{head}");
        // It is read for a while; then the connection is closed all the same.
        let (sent, took) = timed(async {
            let mut sent = 0;
            while client.stream.write_all(&[b'x'; 512]).await.is_ok() {
                sent += 512;
                sleep(10 * MS).await;
            }
            sent
        })
        .await;
        assert!(sent > 50_000 && (1900..2200).contains(&took), "{sent} in {took}");
    });
}

#[test]
fn a_client_is_told_to_go_on_when_its_body_is_read() {
    run(async {
        let request =
            |path: &str, length: u32| post(path, &format!("Expect: 100-continue\r\nContent-Length: {length}\r\n"));
        for path in ["/echo", "/echo-in-task", "/echo"] {
            let mut client = Client::new();
            client.send(request(path, 5)).await;
            client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
            client.send("hello").await;
            assert_eq!(client.receive().await.1, "hello");
            client.send(get("/hello")).await;
            assert_eq!(client.receive().await.1, "hello");
        }
        let mut client = Client::new();
        client.send(request("/read-late", 5)).await;
        sleep(4000 * MS).await;
        assert_eq!(client.now().await, "");
        client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
        // Answered without the body: the client may or may not send it.
        for (path, status) in [("/refuses", "403"), ("/nothing", "404")] {
            let mut client = Client::new();
            client.send(request(path, 5)).await;
            let text = client.rest().await;
            assert!(text.starts_with(&format!("HTTP/1.1 {status}")) && text.contains("connection: close"), "{text}");
        }
        // It did not wait.
        let mut client = Client::new();
        client.send(request("/echo", 5) + "hello" + &request("/refuses", 2) + "ab" + &get("/close")).await;
        assert_eq!(statuses(&client.rest().await), [200, 403, 200]);
        let mut client = Client::new();
        client.send(request("/echo", 5) + "he").await;
        client.send("llo").await;
        assert!(client.now().await.starts_with("HTTP/1.1 200"));
        // Nothing to wait for.
        let mut client = Client::new();
        client.send(request("/echo", 0)).await;
        assert!(client.receive().await.0.starts_with("http/1.1 200"));
    });
}

#[test]
fn a_broken_body_is_told_to_whoever_reads_it() {
    run(async {
        for slowly in [false, true] {
            let mut client = Client::new();
            let request = post("/echo", "Transfer-Encoding: chunked\r\n") + "3\r\nabcd\r\n0\r\n\r\n" + &get("/never");
            match slowly {
                true => client.send_slowly(request).await,
                false => client.send(request).await,
            }
            let text = client.rest().await;
            assert!(text.starts_with("HTTP/1.1 400") && text.contains("a chunk is not as long as it says"), "{text}");
            assert!(text.contains("connection: close") && client.executed() == 1, "{text}");
        }
        let mut client = Client::new();
        client.send(post("/echo", "Content-Length: 10\r\n") + "hello").await;
        client.end().await;
        let text = client.rest().await;
        assert!(text.starts_with("HTTP/1.1 400") && text.contains("reached EOF"), "{text}");
    });
}

#[test]
fn a_payload_that_is_held_for_nothing_ends_with_its_request() {
    run(async {
        let mut client = Client::new();
        client.send(post("/holds", "Content-Length: 10\r\n") + "hello").await;
        let text = client.rest().await;
        assert!(text.contains("connection: close") && text.ends_with("held"), "{text}");
        let mut payload = client.seen.held.take().unwrap();
        let end = futures_util::StreamExt::next(&mut payload).await;
        assert!(matches!(end, Some(Err(actix_http::error::PayloadError::Incomplete(None)))), "{end:?}");
    });
}
