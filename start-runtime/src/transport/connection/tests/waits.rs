//! Clients that take their time.

use super::*;

/// Runs a request to its end, however long that takes. Returns the answers and how long it took.
async fn wait(set: impl FnOnce(&mut Settings), input: &str) -> (String, u128, Client) {
    let mut client = Client::with(set);
    client.send(input).await;
    let (text, took) = timed(client.rest()).await;
    (text, took, client)
}

#[test]
fn a_connection_without_requests_is_closed() {
    run(async {
        let (text, took, _) = wait(|settings| settings.timeouts.header = 200 * MS, "").await;
        assert!(text.is_empty() && (200..250).contains(&took), "{took}: {text}");
        // Empty lines are no request.
        let (text, took, _) = wait(|settings| settings.timeouts.header = 200 * MS, "\r\n\r\n").await;
        assert!(text.is_empty() && (200..250).contains(&took), "{took}: {text}");
        let mut client = Client::with(|settings| settings.timeouts.keep_alive = 500 * MS);
        for _ in 0..3 {
            client.send(get("/hello")).await;
            assert_eq!(client.receive().await.1, "hello");
            sleep(350 * MS).await;
        }
        let (text, took) = timed(client.rest()).await;
        assert!(text.is_empty() && (140..200).contains(&took), "{took}: {text}");
        let (text, took, _) = wait(|settings| settings.timeouts.keep_alive = Duration::ZERO, &get("/hello")).await;
        assert!(text.contains("connection: close") && text.ends_with("hello") && took == 0, "{took}: {text}");
    });
}

#[test]
fn a_head_that_does_not_arrive_is_a_408() {
    run(async {
        let short = |settings: &mut Settings| settings.timeouts.header = 300 * MS;
        for (before, count) in [(String::new(), 1), (get("/hello"), 2)] {
            let (text, took, _) = wait(short, &(before + "GET /hello HTTP/1.1\r\nHost: x\r\n")).await;
            assert_eq!(statuses(&text).len(), count);
            assert!(text.contains(" 408 ") && text.contains("did not arrive in time"), "{text}");
            assert!(text.contains("connection: close") && (300..350).contains(&took), "{took}: {text}");
        }
        // A byte now and then is not enough.
        let mut client = Client::with(short);
        let (mut sent, request) = (0, get("/hello"));
        for byte in request.as_bytes().iter().take(30) {
            sent += usize::from(client.stream.write_all(&[*byte]).await.is_ok());
            sleep(20 * MS).await;
        }
        assert!(client.rest().await.starts_with("HTTP/1.1 408") && sent >= 15, "{sent}");
        // Zero is no limit.
        let mut client = Client::with(|settings| settings.timeouts.header = Duration::ZERO);
        client.send(&get("/hello")[..20]).await;
        sleep(3_600_000 * MS).await;
        client.send(&get("/hello")[20..]).await;
        assert_eq!(client.receive().await.1, "hello");
    });
}

#[test]
fn a_body_that_stops_is_told_to_whoever_reads_it() {
    run(async {
        let short = |settings: &mut Settings| settings.timeouts.body = 300 * MS;
        for framed in ["Content-Length: 100\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
            let (text, took, client) = wait(short, &format!("POST /echo HTTP/1.1\r\nHost: x\r\n{framed}")).await;
            assert!(text.starts_with("HTTP/1.1 408") && text.contains("connection: close"), "{text}");
            assert!(text.ends_with("too slow") && (300..350).contains(&took), "{took}: {text}");
            assert_eq!(client.executed(), 1);
        }
        // Time in which nobody reads does not count.
        let mut client = Client::with(short);
        client.send(post("/read-late", "Content-Length: 10\r\n") + "hello").await;
        sleep(5100 * MS).await;
        client.send("world").await;
        assert_eq!(client.receive().await.1, "10");
    });
}

#[test]
fn a_body_may_take_long_but_not_trickle() {
    run(async {
        let short = |settings: &mut Settings| settings.timeouts.body = 400 * MS;
        let (mut steady, mut trickle) = (Client::with(short), Client::with(short));
        steady.send(post("/echo", "Content-Length: 1000\r\n")).await;
        trickle.send(post("/echo", "Content-Length: 1000\r\n")).await;
        for _ in 0..10 {
            steady.send("a".repeat(100)).await;
            let _ = trickle.stream.write_all(b"a").await;
            sleep(100 * MS).await;
        }
        assert_eq!(steady.receive().await.1.len(), 1000);
        assert!(trickle.rest().await.starts_with("HTTP/1.1 408"));
    });
}

#[test]
fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    run(async {
        for path in ["/endless", "/big?1000000"] {
            let mut client = Client::over(1024, |settings| settings.timeouts.write = 400 * MS);
            client.send(get(path)).await;
            let mut piece = vec![0; 1024];
            for _ in 0..10 {
                // As long as it takes some, it is served.
                client.stream.read_exact(&mut piece).await.unwrap();
                sleep(300 * MS).await;
            }
            assert!(!client.is_over().await);
            sleep(200 * MS).await;
            assert!(client.is_over().await);
        }
    });
}

#[test]
fn an_answer_may_take_longer_than_a_client() {
    run(async {
        let mut client = Client::with(|settings| {
            let times = &mut settings.timeouts;
            (times.header, times.keep_alive, times.body, times.write) = (200 * MS, 200 * MS, 200 * MS, 200 * MS);
        });
        // The next request comes while the first is being answered: its time begins afterwards.
        client.send(get("/ticks") + "GET /ticks HTTP/1.1\r\nHost: x\r\nconn").await;
        sleep(1400 * MS).await;
        client.send("ection: close\r\n\r\n").await;
        assert_eq!(client.rest().await.matches("tick ").count(), 20);
    });
}
