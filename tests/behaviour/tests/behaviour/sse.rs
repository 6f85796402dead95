//! Server-Sent Events: what is sent, in process and over sockets. The grammar is tested beside its code.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody as _;
use actix_web::middleware::Compress;
use futures_core::Stream;
use start_runtime::serde_json::Value;
use start_runtime::test::{app, app_with};
use start_runtime::{
    Compression, Events, LastEventId, MemoryRooms, Response, RoomPosition, Rooms, ServerEvent, prelude::*,
};

use crate::wire::{Server, eventually};

/// Streams of `/sse/counted` that are there.
static STREAMS: AtomicUsize = AtomicUsize::new(0);
/// Whether the stream of `/sse/unpolled` was polled.
static POLLED: AtomicUsize = AtomicUsize::new(0);

/// Events from a list, then nothing, an error or the end.
struct List<I> {
    items: std::vec::IntoIter<I>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    End,
    Wait,
    Panic,
}

impl<I> List<I> {
    fn new(items: Vec<I>, then: Then) -> Self {
        Self { items: items.into_iter(), then }
    }
}

impl<I> Unpin for List<I> {}

/// Counts a stream, as long as it is there.
struct Counted(List<ServerEvent<Owl>>);

impl Counted {
    fn new() -> Self {
        STREAMS.fetch_add(1, Ordering::SeqCst);
        Self(List::new(owls(), Then::Wait))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        STREAMS.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stream for Counted {
    type Item = ServerEvent<Owl>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(cx)
    }
}

impl<I> Stream for List<I> {
    type Item = I;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I>> {
        match (self.items.next(), self.then) {
            (Some(item), _) => Poll::Ready(Some(item)),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Wait) => Poll::Pending,
            (None, Then::Panic) => panic!("in the stream"),
        }
    }
}

#[derive(serde::Serialize, JsonSchema)]
struct Owl {
    name: &'static str,
}

fn owls() -> Vec<ServerEvent<Owl>> {
    ["Hedwig", "Errol"].into_iter().enumerate().map(|(id, name)| ServerEvent::json(Owl { name }).id(id)).collect()
}

/// The owls that arrive.
#[api_route(GET, "/sse/owls")]
async fn typed() -> Events<Owl> {
    Events::new(List::new(owls(), Then::End))
}

#[api_route(GET, "/sse/waits")]
async fn waits() -> Events<Owl> {
    Events::new(List::new(owls(), Then::Wait)).keep_alive(Duration::from_millis(300))
}

#[api_route(GET, "/sse/counted")]
async fn counted() -> Events<Owl> {
    Events::new(Counted::new()).keep_alive(Duration::from_millis(300))
}

#[api_route(GET, "/sse/counted-relayed")]
async fn counted_relayed(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch("/sse/counted").await?.into())
}

/// Says something half a second after it began, and ends.
struct Late(Pin<Box<actix_web::rt::time::Sleep>>, bool);

impl Stream for Late {
    type Item = ServerEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ServerEvent>> {
        if self.1 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.0.as_mut().poll(cx));
        self.1 = true;
        Poll::Ready(Some(ServerEvent::text("the last word")))
    }
}

#[api_route(GET, "/sse/late/[how]")]
async fn late(how: String) -> Events<String> {
    let late = Events::new(Late(Box::pin(actix_web::rt::time::sleep(Duration::from_millis(500))), false));
    if how == "to-its-end" { late.to_its_end() } else { late }
}

#[api_route(GET, "/sse/late-relayed/[how]")]
async fn late_relayed(how: String, event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch(format!("/sse/late/{how}")).await?.into())
}

#[api_route(GET, "/sse/silent")]
async fn silent() -> Response {
    Response::events(List::new(vec![ServerEvent::text("x")], Then::Wait)).header("X-Name", "value")
}

#[api_route(GET, "/sse/unpolled")]
async fn unpolled() -> Events<u8> {
    let mut items = vec![1].into_iter();
    let next = std::iter::from_fn(move || {
        POLLED.fetch_add(1, Ordering::SeqCst);
        items.next()
    });
    Events::json(Lazy(next))
}

/// A stream of an iterator that is always ready.
struct Lazy<I>(I);

impl<I> Unpin for Lazy<I> {}

impl<I: Iterator> Stream for Lazy<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

#[api_route(GET, "/sse/broken/[how]")]
async fn broken(how: String) -> Response {
    let good = || Ok::<_, &str>(ServerEvent::text("good"));
    match how.as_str() {
        "error" => Response::events(List::new(vec![good(), Err("disk on fire")], Then::End)),
        "id" => Response::events(List::new(vec![good(), Ok(ServerEvent::text("bad").id("a\nb"))], Then::End)),
        _ => Response::events(List::new(vec![good()], Then::Panic)),
    }
}

#[api_route(GET, "/sse/over")]
async fn over(LastEventId(last): LastEventId<u8>) -> Result<Events<u8>, Problem> {
    let Some(last) = last else { return Ok(Events::json(List::new(vec![1, 2], Then::End))) };
    if last < 2 { Err(Problem::new(503)) } else { Ok(Events::over()) }
}

#[api_route(GET, "/sse/relayed")]
async fn relayed(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch("/sse/waits").await?.into())
}

#[api_route(GET, "/sse/last")]
async fn last(event: APIEvent, text: LastEventId, number: LastEventId<i8>) -> String {
    assert_eq!(text.0, event.last_event_id());
    format!("{:?} {:?}", text.0, number.0)
}

#[api_route(GET, "/sse/room/[room]")]
async fn room(
    room: String,
    rooms: Data<Rooms<String>>,
    last: LastEventId<RoomPosition>,
) -> Result<Events<String>, Problem> {
    let member = rooms.join(&room, "somebody".into()).replay_after(last.0).await?;
    Ok(Events::new(Sent(member)))
}

/// What happens in a room, written once for all members.
struct Sent(start_runtime::RoomMember<String>);

impl Stream for Sent {
    type Item = ServerEvent<String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(cx).map(|event| {
            Some(event?.once(|event| {
                let sent = ServerEvent::of_json(event.json());
                event.position().map_or(sent.clone(), |position| sent.id(position)).shared()
            }))
        })
    }
}

const OWLS: &str = "data: {\"name\":\"Hedwig\"}\nid: 0\n\ndata: {\"name\":\"Errol\"}\nid: 1\n\n";

#[start_runtime::test]
async fn a_stream_of_events_is_never_stored_never_compressed_and_whole() {
    let request = |app: &start_runtime::test::TestApp| app.get("/sse/owls").header("Accept-Encoding", "gzip, br, zstd");
    let apps = [
        app(),
        app_with(Start::new().compress(Compression::new().min_size(1))),
        app_with(Start::new().wrap(Compress::default)),
        app_with(Start::new().etags()),
    ];
    for (number, app) in apps.iter().enumerate() {
        let answer = request(app).await;
        assert_eq!(answer.status(), 200, "{number}");
        for (name, value) in
            [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
        {
            assert_eq!(answer.header(name), Some(value), "{number}: {name}");
        }
        assert_eq!((answer.header("content-length"), answer.header("etag")), (None, None), "{number}");
        assert_eq!(answer.text().await.unwrap(), OWLS, "{number}");
    }
}

#[test]
fn the_coding_that_keeps_middleware_away_is_not_sent() {
    let server = Server::start(|| Start::new().wrap(Compress::default));
    let mut client = server.connect();
    client.send("GET /sse/owls HTTP/1.0\r\naccept-encoding: gzip, br\r\n\r\n");
    let text = client.rest();
    assert!(!text.contains("content-encoding") && text.contains("connection: close") && text.ends_with(OWLS), "{text}");
}

#[start_runtime::test]
async fn head_starts_no_stream() {
    for path in ["/sse/owls", "/sse/silent", "/sse/unpolled"] {
        let answer = app().head(path).await;
        assert_eq!((answer.status().as_u16(), answer.header("content-type")), (200, Some("text/event-stream")));
        assert_eq!(answer.header("content-length"), None);
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    assert_eq!(POLLED.load(Ordering::SeqCst), 0);
    assert_eq!(app().get("/sse/unpolled").await.text().await.unwrap(), "data: 1\n\n");
    assert_eq!(POLLED.load(Ordering::SeqCst), 2);
}

#[test]
fn events_are_sent_at_once_and_kept_alive_and_dropped_when_the_client_leaves() {
    let server = Server::start(Start::new);
    for path in ["/sse/counted", "/sse/counted-relayed"] {
        let mut client = server.connect();
        let start = Instant::now();
        client.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
        let (head, _) = client.receive();
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        let (first, second) = OWLS.split_at(OWLS.find("\n\n").unwrap() + 2);
        let both = chunk(first) + &chunk(second);
        assert_eq!(client.take(both.len()), both.as_bytes());
        // Long before anything else is due; the machine may be busy.
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        let comment = chunk(":\n\n");
        for _ in 0..2 {
            let start = Instant::now();
            assert_eq!(client.take(comment.len()), comment.as_bytes());
            assert!((200..3000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
        }
        assert_eq!(STREAMS.load(Ordering::SeqCst), 1);
        drop(client);
        let left = Instant::now();
        eventually("the stream is dropped", || STREAMS.load(Ordering::SeqCst) == 0);
        assert!(left.elapsed() < Duration::from_secs(2), "{path}: {:?}", left.elapsed());
    }
}

#[test]
fn a_stream_that_fails_never_looks_complete() {
    let server = Server::start(Start::new);
    for how in ["error", "id", "panic"] {
        let mut client = server.connect();
        client.send(format!("GET /sse/broken/{how} HTTP/1.1\r\nhost: x\r\n\r\n"));
        let text = client.rest();
        assert!(
            text.contains("data: good\n\n") && !text.contains("\r\n0\r\n") && !text.contains("bad"),
            "{how}: {text}"
        );
    }
}

#[start_runtime::test]
async fn a_client_that_has_seen_all_is_told_that_there_is_no_more() {
    let ask = |id: &'static str| app().get("/sse/over").header("Last-Event-ID", id);
    assert_eq!(app().get("/sse/over").await.text().await.unwrap(), "data: 1\n\ndata: 2\n\n");
    assert_eq!(
        (ask("2").await.status(), ask("1").await.status()),
        (StatusCode::NO_CONTENT, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert_eq!(ask("300").await.status(), 200);
    for (id, seen) in [
        ("", "None None"),
        ("7", "Some(\"7\") Some(7)"),
        ("-7", "Some(\"-7\") Some(-7)"),
        ("x y", "Some(\"x y\") None"),
        ("128", "Some(\"128\") None"),
    ] {
        assert_eq!(app().get("/sse/last").header("Last-Event-ID", id).await.text().await.unwrap(), seen, "{id}");
    }
    assert_eq!(app().get("/sse/last").await.text().await.unwrap(), "None None");
}

#[start_runtime::test]
async fn the_document_has_the_type_of_the_data() {
    let document: Value = app().get("/openapi.json").await.json().await.unwrap();
    let operation = &document["paths"]["/sse/owls"]["get"];
    let content = &operation["responses"]["200"]["content"];
    assert_eq!(content["text/event-stream"]["schema"]["$ref"], "#/components/schemas/sse_Owl", "{operation}");
    assert_eq!(content.as_object().unwrap().len(), 1);
    assert!(operation["responses"]["204"]["content"].is_null());
    let params = &document["paths"]["/sse/over"]["get"]["parameters"];
    assert_eq!((&params[0]["name"], &params[0]["in"]), (&"Last-Event-ID".into(), &"header".into()), "{params}");
    assert_ne!(params[0]["required"], true);
}

#[start_runtime::test]
async fn a_room_is_an_event_stream_that_goes_on_where_the_client_left_off() {
    let rooms = Rooms::<String>::over(MemoryRooms::new().history(10));
    let app = app_with(Start::new().data(rooms.clone()));
    let first = rooms.publish("a", &"one".into()).await.unwrap();
    let second = rooms.publish("a", &"two".into()).await.unwrap();
    let answer = app.get("/sse/room/a").header("Last-Event-ID", first.to_string()).await;
    assert_eq!(rooms.present("a").await.unwrap().len(), 1);
    let mut body = actix_web::HttpResponse::from(Response::from(answer)).into_body();
    let mut text = Vec::new();
    while let Poll::Ready(Some(Ok(piece))) = Pin::new(&mut body).poll_next(&mut Context::from_waker(Waker::noop())) {
        text.extend_from_slice(&piece);
    }
    let text = String::from_utf8(text).unwrap();
    let (life, number) = (format!("{:x}", second.life), second.number);
    assert_eq!(
        text,
        format!("data: \"two\"\nid: {life}-{number}\n\ndata: \"somebody\"\nid: {life}-{}\n\n", number + 1)
    );
    drop(body);
    assert!(rooms.present("a").await.unwrap().is_empty());
}

#[test]
fn streams_end_well_and_do_not_hold_up_the_stop() {
    let server = Server::start(Start::new);
    let mut clients: Vec<_> = (0..50)
        .map(|number| {
            let mut client = server.connect();
            client.send(format!(
                "GET {} HTTP/1.1\r\nhost: x\r\n\r\n",
                ["/sse/waits", "/sse/silent", "/sse/relayed"][number % 3]
            ));
            client.receive();
            client
        })
        .collect();
    let stop = server.handle.clone();
    let start = Instant::now();
    actix_web::rt::System::new().block_on(async move { stop.stop().await });
    let took = start.elapsed();
    assert!(took < Duration::from_millis(2000), "{took:?}");
    for client in &mut clients {
        let text = client.rest();
        assert!(text.ends_with("0\r\n\r\n") && text.contains("data: "), "{text}");
    }
}

#[test]
fn a_stream_may_go_on_to_its_end_while_the_server_stops() {
    let server = Server::start(|| Start::new().wrap(Compress::default));
    let paths = [
        ("/sse/late/to-its-end", true),
        ("/sse/late/as-others", false),
        ("/sse/late-relayed/to-its-end", true),
        ("/sse/late-relayed/as-others", false),
    ];
    let mut clients = paths.map(|(path, _)| {
        let mut client = server.connect();
        client.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
        client.receive();
        client
    });
    let stop = server.handle.clone();
    actix_web::rt::System::new().block_on(async move { stop.stop().await });
    for ((path, is_whole), client) in paths.into_iter().zip(&mut clients) {
        let text = client.rest();
        assert!(text.contains("the last word") == is_whole && text.ends_with("0\r\n\r\n"), "{path}: {text}");
    }
}
