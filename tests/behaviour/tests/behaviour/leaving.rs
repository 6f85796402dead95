//! Clients that leave, and handlers, streams and tasks that want to know, over real sockets.

use std::net::Shutdown;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use start_runtime::test::app;
use start_runtime::{Response, prelude::*};

use crate::wire::{Server, Wire, eventually};

/// Tasks and handlers that wait, and those that have seen a client leave.
static WAITING: AtomicUsize = AtomicUsize::new(0);
static SEEN: AtomicUsize = AtomicUsize::new(0);

/// Counts what is there.
struct Here;

impl Here {
    fn new() -> Self {
        WAITING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits until its client has left.
#[api_route(GET, "/leaving/handler")]
async fn handler(event: APIEvent) -> &'static str {
    let _here = Here::new();
    event.gone().await;
    assert!(event.is_gone());
    SEEN.fetch_add(1, Ordering::SeqCst);
    "you are gone"
}

/// The same, through another route.
#[api_route(GET, "/leaving/fetched")]
async fn fetched(event: APIEvent) -> Result<Response, Problem> {
    Ok(event.fetch("/leaving/handler").await?.into())
}

/// Work in a task of its own, for a client that waits for the answer.
#[api_route(GET, "/leaving/task")]
async fn task(event: APIEvent) -> &'static str {
    let _here = Here::new();
    let gone = event.gone();
    actix_web::rt::spawn(async move {
        gone.await;
        SEEN.fetch_add(1, Ordering::SeqCst);
    });
    sleep(Duration::from_secs(600)).await;
    "never"
}

/// Waits for the stop.
#[api_route(GET, "/leaving/stop")]
async fn stop(event: APIEvent) -> &'static str {
    event.stopping().await;
    assert!(event.is_stopping());
    "stopping"
}

/// Sends a request and waits until somebody works on it.
fn ask(server: &Server, path: &str) -> Wire {
    let mut client = server.connect();
    client.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
    eventually("somebody waits", || WAITING.load(Ordering::SeqCst) == 1);
    client
}

/// Breaks a connection: the server gets a RST.
fn reset(client: Wire) {
    socket2::SockRef::from(&client.stream).set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn a_client_that_leaves_is_noticed_however_it_leaves() {
    let server = Server::start(Start::new);
    let seen = || SEEN.load(Ordering::SeqCst);
    for path in ["/leaving/handler", "/leaving/fetched"] {
        for (how, leave) in [("end of its side", 1), ("close", 1), ("reset", 0)] {
            let before = seen();
            let mut client = ask(&server, path);
            let left = Instant::now();
            match how {
                "end of its side" => {
                    client.stream.shutdown(Shutdown::Write).unwrap();
                    assert!(client.rest().ends_with("you are gone"));
                }
                "close" => drop(client),
                _ => reset(client),
            }
            eventually("nobody waits any more", || WAITING.load(Ordering::SeqCst) == 0);
            assert_eq!(seen(), before + leave, "{path}, {how}: a handler whose connection broke is dropped");
            assert!(left.elapsed() < Duration::from_secs(1), "{path}, {how}: {:?}", left.elapsed());
        }
    }
    let before = seen();
    reset(ask(&server, "/leaving/task"));
    eventually("the task learns it", || seen() == before + 1 && WAITING.load(Ordering::SeqCst) == 0);
}

#[start_runtime::test]
async fn a_handler_learns_that_the_server_stops() {
    let app = app();
    let stopping = app.clone();
    actix_web::rt::spawn(async move {
        sleep(Duration::from_millis(20)).await;
        stopping.stop().await;
    });
    assert_eq!(app.get("/leaving/stop").await.text().await.unwrap(), "stopping");
}
