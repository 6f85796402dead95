//! What a WebSocket sends: no more is made than its client takes.
//!
//! actix-ws keeps up to 32 messages of any size, and hands all of them on at once. So each waits until less than
//! [`MOST_UNSENT`] is on its way to the connection.

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use actix_ws::{CloseReason, Closed, Session};

/// How many bytes may be on their way before the next message is sent.
const MOST_UNSENT: usize = 64 * 1024;

/// A session whose messages wait for their client.
#[derive(Clone)]
pub struct Outbox {
    session: Session,
    unsent: Rc<Unsent>,
}

/// What the connection has not taken yet.
#[derive(Default)]
struct Unsent {
    bytes: Cell<usize>,
    is_closed: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Outbox {
    /// The outbox of a session, and the response whose body it fills.
    pub fn of(session: Session, response: HttpResponse) -> (Self, HttpResponse) {
        let unsent = Rc::new(Unsent::default());
        let counted = unsent.clone();
        let response = response.map_body(|_, body| BoxBody::new(Counted { body, unsent: counted }));
        (Self { session, unsent }, response)
    }

    pub async fn text(&mut self, text: String) -> Result<(), Closed> {
        self.unsent.room().await;
        self.unsent.add(text.len());
        self.session.text(text).await
    }

    pub async fn ping(&mut self, payload: &[u8]) -> Result<(), Closed> {
        self.unsent.room().await;
        self.unsent.add(payload.len());
        self.session.ping(payload).await
    }

    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), Closed> {
        self.unsent.room().await;
        self.unsent.add(payload.len());
        self.session.pong(payload).await
    }

    pub async fn close(self, reason: Option<CloseReason>) -> Result<(), Closed> {
        self.session.close(reason).await
    }
}

impl Unsent {
    /// Adds a frame (RFC 6455, section 5.2).
    fn add(&self, payload: usize) {
        let head = match payload {
            0..126 => 2,
            126..0x1_0000 => 4,
            _ => 10,
        };
        self.bytes.set(self.bytes.get() + head + payload);
    }

    fn wake(&self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }

    async fn room(&self) {
        poll_fn(|cx| {
            if self.is_closed.get() || self.bytes.get() < MOST_UNSENT {
                return Poll::Ready(());
            }
            self.waiting.replace(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

/// The body of the connection.
struct Counted {
    body: BoxBody,
    unsent: Rc<Unsent>,
}

impl MessageBody for Counted {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_next(cx);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            let unsent = &self.unsent;
            unsent.bytes.set(unsent.bytes.get().saturating_sub(piece.len()));
            unsent.wake();
        }
        polled
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.unsent.is_closed.set(true);
        self.unsent.wake();
    }
}
