//! What holds for requests to procedures of tRPC, whatever comes in: the check of the target `trpc`.
//!
//! # Input
//! A request: its method and target, such as `GET /trpc/hello?input=1`; its headers, each on a line; an empty line; its body.
//! With the method `WS` it is a WebSocket, and each line of the body is a message.
//!
//! # Invariants
//! - The answer has the shape of tRPC (`shape`), and comes to its end, unless a procedure's stream does not.
//! - Only a procedure that asks for a 5xx is answered with one.
//! - No answer is much longer than its request.
//! - What a call returns is what an obvious reader of its input expects (`expected`).
//! - A socket answers with the ids that it was sent, and goes on (`socket`).
//! - In between, good requests are answered as ever.

mod expected;
mod procedures;
mod shape;
mod socket;

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use actix_web::body::MessageBody as _;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::rt::Runtime;
use actix_web::{Responder as _, test::TestRequest};
use futures_util::future::poll_fn;
use start_runtime::test::{self, TestApp};

/// How many requests were sent, how many of them without any refusal, and how many sockets were opened.
pub static SENT: AtomicU64 = AtomicU64::new(0);
pub static DONE: AtomicU64 = AtomicU64::new(0);
pub static SOCKETS: AtomicU64 = AtomicU64::new(0);

/// An answer may have this many bytes, and [`MORE`] for each of its request.
const LONGEST_ANSWER: usize = 96 * 1024;
const MORE: usize = 16;

/// Nothing that procedures wait for takes more turns than this.
const TURNS: usize = 30;

/// How often good requests are sent again.
const EACH: u64 = 256;

/// A request as an input has it.
pub struct Sent<'a> {
    pub method: &'a str,
    pub target: &'a str,
    pub headers: Vec<(HeaderName, &'a str)>,
    pub body: &'a [u8],
}

impl<'a> Sent<'a> {
    fn read(input: &'a [u8]) -> Option<Self> {
        let (head, body) = match input.windows(2).position(|two| two == b"\n\n") {
            Some(at) => (&input[..at], &input[at + 2..]),
            None => (input, &[][..]),
        };
        let mut lines = head.split(|byte| *byte == b'\n').map(std::str::from_utf8);
        let (method, target) = lines.next()?.ok()?.split_once(' ')?;
        // What else a connection would not let in is the target `connection`'s.
        let is_target = target.starts_with('/') && !target.starts_with("//") && target.bytes().all(|byte| byte > b' ');
        let headers = lines.filter_map(|line| line.ok()?.split_once(": ")).filter_map(|(name, value)| {
            HeaderValue::try_from(value).ok()?;
            let name = HeaderName::try_from(name).ok()?;
            (name != "host" && name != "content-length").then_some((name, value))
        });
        is_target.then(|| Self { method, target, headers: headers.collect(), body })
    }

    /// The path of the target, and its query.
    pub fn parts(&self) -> (&'a str, &'a str) {
        let target = self.target.split('#').next().unwrap_or_default();
        target.split_once('?').unwrap_or((target, ""))
    }

    /// The paths of the calls, if the path is one below a router.
    pub fn calls(&self) -> Option<String> {
        let rest =
            procedures::ROUTERS.iter().find_map(|below| self.parts().0.strip_prefix(below)?.strip_prefix('/'))?;
        // One is taken off the path of the request, and one off the paths of the calls, as the official adapter does.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        Some(percent_encoding::percent_decode_str(rest).decode_utf8().ok()?.into_owned())
    }

    fn length(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(_, value)| value.len()).sum();
        self.target.len() + headers + self.body.len()
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
    /// Whether the body has come to its end.
    pub is_over: bool,
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Some(sent) = Sent::read(input) else { return };
    if sent.method == "WS" {
        SOCKETS.fetch_add(1, Ordering::Relaxed);
        return socket::check(sent.target, sent.body);
    }
    let Ok(method) = Method::try_from(sent.method) else { return };
    let answer = send(method, &sent);
    let is_done = shape::check(&sent, &answer);
    expected::check(&sent, &answer);
    DONE.fetch_add(u64::from(is_done), Ordering::Relaxed);
    if SENT.fetch_add(1, Ordering::Relaxed).is_multiple_of(EACH) {
        expected::good_requests_are_answered_as_ever();
    }
}

/// Sends a request, and reads the answer until it ends, or nothing more comes.
fn send(method: Method, sent: &Sent<'_>) -> Answer {
    thread_local! {
        // Leaked, because actix drops its own thread-locals first.
        static RUNNING: &'static (Runtime, TestApp) =
            Box::leak(Box::new((Runtime::new().expect("a runtime"), test::app_with(procedures::program()))));
    }
    let (runtime, app) = RUNNING.with(|running| *running);
    let most = LONGEST_ANSWER + MORE * sent.length();
    runtime.block_on(async {
        let mut request = app.request(method, sent.target);
        for (name, value) in &sent.headers {
            request = request.header(name, value);
        }
        let answer = if sent.body.is_empty() { request.await } else { request.body(sent.body.to_vec()).await };
        let status = answer.status().as_u16();
        let content_type = answer.header("content-type").unwrap_or_default().to_owned();
        let mut body = pin!(answer.respond_to(&TestRequest::default().to_http_request()).into_body());
        let (mut bytes, mut turns) = (Vec::new(), 0);
        let is_endless = sent.calls().is_some_and(|calls| calls.contains("endless"));
        let is_over = loop {
            match poll_fn(|cx| Poll::Ready(body.as_mut().poll_next(cx))).await {
                Poll::Ready(Some(piece)) => {
                    bytes.extend_from_slice(&piece.unwrap_or_else(|error| panic!("the body breaks off: {error}")));
                    turns = 0;
                }
                Poll::Ready(None) => break true,
                Poll::Pending if turns == TURNS => break false,
                Poll::Pending => {
                    turns += 1;
                    tokio::task::yield_now().await;
                }
            }
            if bytes.len() > most {
                assert!(is_endless, "{} bytes for a request of {}", bytes.len(), sent.length());
                break false;
            }
        };
        Answer { status, content_type, body: String::from_utf8(bytes).expect("an answer is text"), is_over }
    })
}
