//! Answers that come piece by piece, byte by byte.

use crate::calls::input;
use crate::program::{app, app_of, router};
use start_runtime::serde_json::{Value, json};
use start_runtime::test::TestApp;
use std::time::Duration;

async fn lines(app: &TestApp, path: &str) -> Vec<Value> {
    let answer = app.get(format!("/t/{path}")).header("trpc-accept", "application/jsonl").await;
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
    let text = answer.text().await.unwrap();
    text.lines()
        .map(|line| start_runtime::serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[start_runtime::test]
async fn lines_say_what_placeholders_stand_for() {
    let app = app();
    let head = json!({ "0": [[0], [null, 0, 0]] });
    let wrapped = |value: Value| {
        vec![
            head.clone(),
            json!([0, 0, [[{ "result": 0 }], ["result", 0, 1]]]),
            json!([1, 0, [[{ "data": 0 }], ["data", 0, 2]]]),
            value,
        ]
    };
    assert_eq!(lines(&app, "hello?batch=1").await, wrapped(json!([2, 0, [["hello world"]]])));
    assert_eq!(lines(&app, "nothing?batch=1").await, wrapped(json!([2, 0, [[]]])));
    assert_eq!(lines(&app, "echo?batch=1&input=%7B%220%22:null%7D").await, wrapped(json!([2, 0, [[null]]])));
    let mut numbers = wrapped(json!([2, 0, [[0], [null, 1, 3]]]));
    numbers.extend([json!([3, 1, [[1]]]), json!([3, 1, [[2]]]), json!([3, 0, [[]]])]);
    assert_eq!(lines(&app, "numbers?batch=1&input=%7B%220%22:2%7D").await, numbers);
    let mut only = wrapped(json!([2, 0, [[0], [null, 0, 3]]]));
    only.push(json!([3, 0, [[7]]]));
    assert_eq!(lines(&app, "onlyLater?batch=1").await, only);
}

#[start_runtime::test]
async fn properties_may_arrive_later_fail_and_have_some_themselves() {
    let lines = lines(&app(), "parts?batch=1").await;
    assert_eq!(
        lines[3],
        json!([2, 0, [[{ "now": 1, "later": 0, "failing": 0, "values": 0 }], ["later", 0, 3], ["failing", 0, 4], ["values", 1, 5]]])
    );
    let rest = &lines[4..];
    let error = json!({ "message": "not yours", "code": -32003, "data": { "code": "FORBIDDEN", "httpStatus": 403, "path": "parts" } });
    for expected in [
        json!([3, 0, [[{ "deep": 0 }], ["deep", 0, 6]]]),
        json!([6, 0, [["deep"]]]),
        json!([4, 1, error]),
        json!([5, 1, [[1]]]),
        json!([5, 1, [[2]]]),
        json!([5, 0, [[]]]),
    ] {
        assert!(rest.contains(&expected), "{expected} in {rest:?}");
    }
    assert_eq!(rest.len(), 6);
}

#[start_runtime::test]
async fn errors_keep_to_their_call() {
    let app = app();
    let input = input(&json!({ "1": 2, "2": 0, "3": "x" }));
    let lines =
        lines(&app, &format!("nope,maybeNumbers,maybeNumbers,atOnce,tooDeep,panics?batch=1&input={input}")).await;
    let error =
        |id: u64| lines.iter().find(|line| line[0] == id).map(|line| line[2][0][0]["error"]["data"]["code"].clone());
    assert_eq!(error(0), Some(json!("NOT_FOUND")));
    assert_eq!(error(2), Some(json!("BAD_REQUEST")));
    assert_eq!(error(3), Some(json!("BAD_REQUEST")));
    assert_eq!(error(4), Some(json!("INTERNAL_SERVER_ERROR")));
    assert_eq!(error(5), Some(json!("INTERNAL_SERVER_ERROR")));
    let broken = lines.iter().find(|line| line[1] == 2).expect("a stream that fails");
    assert_eq!((&broken[2]["data"]["code"], &broken[2]["message"]), (&json!("CONFLICT"), &json!("enough")));
    assert!(!format!("{lines:?}").contains("secret"));
}

#[start_runtime::test]
async fn a_link_that_does_not_stream_gets_no_stream() {
    let app = app();
    for path in ["numbers?input=1", "parts", "onlyLater", "tooDeep", "numbers?batch=1&input=%7B%220%22:1%7D"] {
        let answer = app.get(format!("/t/{path}")).await;
        assert_eq!(answer.status(), 415, "{path}");
        let body = answer.text().await.unwrap();
        assert!(body.contains("use httpBatchStreamLink") && body.contains("-32015"), "{body}");
    }
    for (name, value, status) in [
        ("trpc-accept", "application/jsonl", 400),
        ("accept", "text/html, application/jsonl", 400),
        ("accept", "application/jsonl;q=1", 200),
        ("trpc-accept", "application/json", 200),
    ] {
        assert_eq!(app.get("/t/hello").header(name, value).await.status(), status, "{name}: {value}");
    }
}

#[start_runtime::test]
async fn a_silent_stream_of_answers_sends_spaces() {
    let app = app_of(router().jsonl_ping(Duration::from_millis(50)));
    let answer = app.get("/t/slow?batch=1&input=%7B%220%22:180%7D").header("trpc-accept", "application/jsonl").await;
    let text = answer.text().await.unwrap();
    let second = text.lines().nth(1).unwrap();
    assert!((1..=4).contains(&(second.len() - second.trim_start().len())), "{second:?}");
}

async fn events(app: &TestApp, path: &str, last: Option<&str>) -> String {
    let request = app.get(format!("/t/{path}"));
    let answer = match last {
        Some(last) => request.header("last-event-id", last).await,
        None => request.await,
    };
    assert_eq!(answer.status(), 200, "{path}");
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
        ("vary", "trpc-accept, accept"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{path}");
    }
    answer.text().await.unwrap()
}

const CONNECTED: &str = "event: connected\ndata: {}\n\n\n";
const RETURNED: &str = "event: return\ndata: \n\n\n";

#[start_runtime::test]
async fn a_subscription_has_its_events_and_its_end() {
    let app = app();
    let tick = |tick: u32| format!("data: {}\nid: {tick}\n\n\n", tick * 10);
    // The client still has the id that it came back with.
    let untracked = |value: u32| format!("data: {value}\nid: \n\n\nevent: restore-id\ndata: \nid: 9\n\n\n");
    let from = |first: u32| (first..=4).map(tick).collect::<String>();
    let cases = [
        ("ticks", None, from(1)),
        ("ticks", Some("2"), from(3)),
        ("ticks?lastEventId=1", None, from(2)),
        ("ticks?Last-Event-Id=3", None, from(4)),
        ("ticks?lastEventId=1", Some("3"), from(4)),
        ("ticks?input=%7B%22lastEventId%22:%222%22%7D", None, from(3)),
        ("ticks?input=%7B%22lastEventId%22:%222%22%7D", Some("3"), from(4)),
        ("ticks?input=%7B%7D", Some("3"), from(4)),
        ("ticks?input=null", Some("3"), from(4)),
        ("ticks", Some("4"), String::new()),
        ("someTracked", None, "data: 1\n\n\ndata: 2\n\n\n".to_owned()),
        ("someTracked", Some("9"), untracked(1) + &untracked(2)),
        ("someTracked?lastEventId=9", None, untracked(1) + &untracked(2)),
    ];
    for (path, last, expected) in cases {
        assert_eq!(events(&app, path, last).await, format!("{CONNECTED}{expected}{RETURNED}"), "{path} {last:?}");
    }
}

#[start_runtime::test]
async fn a_subscription_that_fails_says_so_in_its_last_event() {
    let app = app();
    for (path, code, before) in [
        ("ids?input=%5B%22a%22,%22%22%5D", "INTERNAL_SERVER_ERROR", "data: 0\nid: a\n\n\n"),
        ("ids?input=%5B%22a%5Cnb%22%5D", "INTERNAL_SERVER_ERROR", ""),
        ("ids?input=%5B%22a%5Cu0000%22%5D", "INTERNAL_SERVER_ERROR", ""),
        ("ids?input=%7B%7D", "BAD_REQUEST", ""),
        ("ids?input=%7B", "BAD_REQUEST", ""),
        ("ids", "BAD_REQUEST", ""),
        ("badStream", "INTERNAL_SERVER_ERROR", "data: 0\n\n\n"),
    ] {
        let text = events(&app, path, None).await;
        let start = format!("{CONNECTED}{before}event: serialized-error\ndata: {{\"message\":");
        assert!(text.starts_with(&start), "{path}: {text}");
        assert!(text.contains(&format!("\"code\":\"{code}\"")) && text.ends_with("}\n\n\n"), "{path}: {text}");
        assert!(!text.contains("event: return") && !text.contains("secret"), "{path}: {text}");
    }
    let answer = app.post("/t/ticks").header("content-type", "application/json").await;
    assert_eq!((answer.status().as_u16(), answer.header("allow")), (200, Some("GET")));
    assert!(answer.text().await.unwrap().contains("Unsupported POST-request to subscription procedure"));
    assert_eq!(app.get("/t/ticks?batch=1").await.status(), 400);
    assert_eq!(app.get("/t/ticksX").await.status(), 404);
}

#[start_runtime::test]
async fn a_silent_subscription_pings_and_ends_when_its_time_is_up() {
    let app = app_of(
        router()
            .sse_ping(Duration::from_millis(40))
            .sse_max_duration(Duration::from_millis(150))
            .sse_reconnect_after_inactivity(Duration::from_secs(3)),
    );
    let text = events(&app, "silent", None).await;
    let rest = text.strip_prefix("event: connected\ndata: {\"reconnectAfterInactivityMs\":3000}\n\n\n").expect(&text);
    let pings = rest.matches("event: ping\ndata: \n\n\n").count();
    assert!((1..=4).contains(&pings), "{text}");
    assert_eq!(rest.len(), pings * "event: ping\ndata: \n\n\n".len(), "{text}");
}

#[start_runtime::test]
async fn connection_params_are_an_object_of_texts() {
    let app = app();
    for (params, status) in [
        ("null", 200),
        ("%7B%7D", 200),
        ("%7B%22a%22:%22b%22%7D", 200),
        ("%7B", 400),
        ("", 400),
        ("%5B%5D", 400),
        ("%7B%22a%22:1%7D", 400),
    ] {
        let answer = app.get(format!("/t/hello?connectionParams={params}")).await;
        assert_eq!(answer.status(), status, "{params}");
        if status == 400 {
            assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], -32700, "{params}");
        }
    }
}
