//! Requests and their answers: order, framing, statuses, panics.

use super::*;

#[test]
fn requests_are_answered_in_order_however_they_are_cut() {
    let errors = run(async {
        let input = [
            get("/query?a"),
            "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            get("/later?b"),
            post("/echo", "Content-Length: 4\r\n") + "body",
            "\r\n".to_owned() + &post("/echo", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            get("/pieces"),
            get("/none"),
            "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
            get("/never"),
        ]
        .concat();
        for slowly in [false, true] {
            let mut client = Client::new();
            match slowly {
                true => client.send_slowly(&input).await,
                false => client.send(&input).await,
            }
            let text = client.rest().await;
            let bodies: Vec<_> = text
                .split("HTTP/1.1 200 OK\r\n")
                .skip(1)
                .map(|answer| answer.split_once("\r\n\r\n").map_or("no end", |(_, body)| body))
                .collect();
            let chunks = "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
            assert_eq!(bodies, ["a", "", "b", "body", "abcd", chunks, "", "hello"], "{text}");
            assert_eq!(text.matches("connection: close").count(), 1, "{text}");
            assert_eq!(client.executed(), 8);
        }
    });
    assert_eq!(errors, [""; 0]);
}

#[test]
fn answers_are_framed_by_status_and_size() {
    let errors = run(async {
        // a request, what its answer has, what it does not have, and its body
        for (request, has, has_not, body) in [
            (get("/hello"), "content-length: 5", "chunked", "hello"),
            (get("/none"), "content-length: 0", "chunked", ""),
            (get("/status/204"), "204 No Content", "content-length", ""),
            (get("/status/304?x"), "304 Not Modified", "content-length", ""),
            (get("/status/205?x"), "content-length: 0", "chunked", ""),
            (get("/status/520?x"), "HTTP/1.1 520 \r\n", "unknown", "x"),
            (get("/pieces"), "transfer-encoding: chunked", "content-length", "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            (get("/length-without-chunks"), "content-length: 3", "chunked", "abc"),
            (get("/sized/3/1,2"), "content-length: 3", "chunked", "xxx"),
            (get("/hello").replace("GET", "HEAD"), "content-length: 5", "chunked", ""),
            (get("/pieces").replace("GET", "HEAD"), "transfer-encoding: chunked", "content-length", ""),
            (get("/big?100000"), "content-length: 100000", "chunked", &"x".repeat(100_000)),
        ] {
            let mut client = Client::new();
            client.send(format!("{request}{}", get("/close"))).await;
            let text = client.rest().await;
            let (first, second) = text.split_at(text.rfind("HTTP/1.1 ").unwrap());
            let (head, got) = first.split_once("\r\n\r\n").unwrap();
            assert!(format!("{head}\r\n").contains(has) && !head.contains(has_not), "{request}: {head}");
            assert!(head.contains("date: ") && got == body, "{request}: {got:.100}");
            assert!(second.ends_with("bye") && second.contains("connection: close"), "{second}");
        }
    });
    assert_eq!(errors, [""; 0]);
}

#[test]
fn http_1_0_is_answered_in_its_way() {
    run(async {
        for (request, has, has_not, end) in [
            ("GET /hello HTTP/1.0\r\n\r\n", "content-length: 5", "keep-alive", "hello"),
            ("GET /pieces HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK", "chunked", "\r\n\r\nabc"),
            (
                "GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                "connection: close",
                "keep-alive",
                "\r\n\r\nabc",
            ),
        ] {
            let mut client = Client::new();
            client.send(request).await;
            let text = client.rest().await;
            assert!(text.contains(has) && !text.contains(has_not) && text.ends_with(end), "{text}");
        }
        let mut client = Client::new();
        for _ in 0..2 {
            client.send("GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").await;
            let (head, body) = client.receive().await;
            assert!(head.contains("connection: keep-alive") && body == "hello", "{head}");
        }
        client.send(format!("GET /hello HTTP/1.0\r\n\r\n{}", get("/hello"))).await;
        client.rest().await;
        assert_eq!(client.executed(), 3);
    });
}

#[test]
fn a_final_status_of_the_1xx_class_is_a_500() {
    let errors = run(async {
        let mut client = Client::new();
        for status in [100, 101, 102, 103, 199] {
            client.send(get(&format!("/status/{status}?text"))).await;
            let (head, body) = client.receive().await;
            assert!(head.starts_with("http/1.1 500") && body.contains("could not be answered"), "{head}{body}");
        }
        client.send(get("/hello")).await;
        assert_eq!(client.receive().await.1, "hello");
    });
    assert_eq!(errors.len(), 5);
    assert!(errors[0].contains("1xx") && errors[1].contains("101"), "{errors:?}");
}

#[test]
fn what_is_no_request_is_refused_behind_those_that_are() {
    run(async {
        for (input, status, detail) in [
            ("GET /hello HTTP/1.1\r\n\r\n".to_owned(), 400, "Host"),
            (get("/p/<x>"), 400, "percent-encoded"),
            (format!("\r{}", get("/hello")), 400, "control character"),
            (get("/?`\""), 400, "percent-encoded"),
            ("GET /hello HTTP/1.;\r\nHost: x\r\n\r\n".to_owned(), 400, "version"),
            ("GET /hello HTTP/3.0\r\nHost: x\r\n\r\n".to_owned(), 505, "HTTP/1.1"),
            (post("/echo", "Expect: more\r\n"), 417, "100-continue"),
            (get(&format!("/{}", "a".repeat(1000))), 414, "1000 bytes"),
            (post("/hello", &format!("x: {}\r\n", "a".repeat(1000))), 431, "1000 bytes"),
            (post("/hello", &"x: y\r\n".repeat(96)), 431, "96 headers"),
            (post("/hello", "Connection: close, é\r\n"), 400, "no token"),
        ] {
            for slowly in [false, true] {
                let mut client = Client::new();
                client.send(get("/later?first")).await;
                let behind = format!("{input}{}", get("/never"));
                match slowly {
                    true => client.send_slowly(behind).await,
                    false => client.send(behind).await,
                }
                let text = client.rest().await;
                assert_eq!(statuses(&text), [200, status], "{input:?}: {text}");
                let (head, body) =
                    text[10..].split_at(text[10..].find("HTTP/1.1").unwrap()).1.split_once("\r\n\r\n").unwrap();
                assert!(head.contains("connection: close") && head.contains("date: "), "{head}");
                assert!(body.starts_with("refused: ") && body.contains(detail), "{body}");
                assert_eq!(client.executed(), 1);
            }
        }
    });
}

#[test]
fn the_host_of_an_absolute_target_is_handed_on() {
    run(async {
        let mut client = Client::new();
        client.send("GET http://real.example:81/head HTTP/1.1\r\nHost: other.example\r\n\r\n").await;
        let body = client.receive().await.1;
        assert_eq!(body, r#"Some("real.example:81") Some(127.0.0.1:1234)"#);
        client.send("GET /head HTTP/1.1\r\nHost:\r\n\r\n").await;
        assert_eq!(statuses(&client.rest().await), [400]);
    });
}

#[test]
fn panics_are_answered_and_logged() {
    let errors = run(async {
        let mut client = Client::new();
        for path in ["/panic-call", "/panic-poll", "/panic-payload"] {
            client.send(get(path)).await;
            let (head, body) = client.receive().await;
            assert!(head.starts_with("http/1.1 500") && body.contains("could not be answered"), "{head}{body}");
        }
        client.send(get("/hello")).await;
        assert_eq!(client.receive().await.1, "hello");
    });
    let expected = ["in the call", "in the future", "(no message)"];
    assert!(errors.iter().zip(expected).all(|(error, text)| error.contains(text)), "{errors:?}");
    assert_eq!(errors.len(), 3);
}

#[test]
fn a_broken_body_of_an_answer_never_looks_complete() {
    let errors = run(async {
        for (path, end) in [
            ("/error", "2\r\nab\r\n"),
            ("/panic-stream", "2\r\nab\r\n"),
            ("/sized/3/1", "\r\n\r\nx"),
            ("/sized/3/6", "\r\n\r\n"),
            ("/sized/3/1,2,1", "\r\n\r\nx"),
        ] {
            // What was finished before is sent, whether or not it is one write.
            let mut client = Client::new();
            client.send(format!("{}{}{}", get("/query?finished"), get(path), get("/never"))).await;
            let text = client.rest().await;
            assert!(text.contains("finished") && text.ends_with(end), "{path}: {text}");
            sleep(2000 * MS).await;
            assert_eq!((client.executed(), client.is_over().await), (2, true), "{path}");
        }
        let mut client = Client::new();
        client.send(format!("{}{}", get("/panic-drop"), get("/close"))).await;
        let text = client.rest().await;
        assert!(text.contains("2\r\nab\r\n0\r\n\r\n") && text.ends_with("bye"), "{text}");
    });
    let expected = ["disk on fire", "in the stream", "2 bytes before", "more bytes", "more bytes", "drop of a stream"];
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    assert!(errors.iter().zip(expected).all(|(error, text)| error.contains(text)), "{errors:?}");
}

#[test]
fn a_connection_that_pipelines_without_pause_leaves_turns_to_others() {
    run(async {
        let mut flood = Client::over(1 << 20, |_| {});
        flood.send(get("/hello").repeat(10_000)).await;
        let mut quiet = Client::new();
        quiet.send(get("/hello")).await;
        assert_eq!(quiet.receive().await.1, "hello");
        assert!(flood.executed() < 500, "{}", flood.executed());
        flood.end().await;
        assert_eq!(statuses(&flood.rest().await).len(), 10_000);
    });
}

#[test]
fn answers_to_requests_that_are_there_are_written_together() {
    run(async {
        let mut client = Client::new();
        client.send(get("/hello").repeat(10)).await;
        let mut bytes = vec![0; 64 * 1024];
        let count = client.stream.read(&mut bytes).await.unwrap();
        assert_eq!(statuses(&String::from_utf8_lossy(&bytes[..count])).len(), 10);
    });
}

#[test]
fn what_a_response_says_of_its_connection_counts() {
    run(async {
        let mut client = Client::new();
        client.send(get("/close") + &get("/never")).await;
        let text = client.rest().await;
        assert!(text.contains("connection: close") && text.ends_with("bye"), "{text}");
        assert_eq!(client.executed(), 1);
    });
}
