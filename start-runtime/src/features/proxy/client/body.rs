//! The body of a request on its way out.

use std::error::Error as StdError;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_core::Stream as _;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

use super::Progress;
use crate::event::RequestStream;

/// How long a client that waits for `100 Continue` is kept waiting for the upstream to say so (RFC 9110, section 10.1.1:
/// not indefinitely).
const PATIENCE: Duration = Duration::from_secs(1);

/// A body.
pub enum Outgoing {
    /// There is none.
    Empty,
    /// It is in memory.
    Whole(Option<Bytes>),
    /// It comes from a client, piece by piece.
    Stream(Box<Stream>),
}

/// A body that comes from a client.
pub struct Stream {
    stream: RequestStream,
    /// What is still to come, if the client has said how much it sends.
    left: Option<u64>,
    gate: Option<Gate>,
    progress: Rc<Progress>,
}

/// Holds a body back until the upstream wants it, because asking for it is what tells the client to send it.
pub struct Gate {
    /// `None` once its other end is gone: then the answer is there, and nobody wants the body.
    opened: Option<oneshot::Receiver<()>>,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Gate {
    /// A gate, and what opens it. It stays closed if that is dropped.
    pub fn new() -> (Self, oneshot::Sender<()>) {
        let (open, opened) = oneshot::channel();
        (Self { opened: Some(opened), patience: None }, open)
    }

    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(opened) = &mut self.opened else { return Poll::Pending };
        match Pin::new(opened).poll(cx) {
            Poll::Ready(Ok(())) => return Poll::Ready(()),
            Poll::Ready(Err(_)) => {
                self.opened = None;
                return Poll::Pending;
            }
            Poll::Pending => {}
        }
        self.patience.get_or_insert_with(|| Box::pin(sleep(PATIENCE))).as_mut().poll(cx)
    }
}

impl Outgoing {
    /// A body of which `length` bytes are announced, or any number.
    pub fn stream(stream: RequestStream, length: Option<u64>, gate: Option<Gate>, progress: Rc<Progress>) -> Self {
        Self::Stream(Box::new(Stream { stream, left: length, gate, progress }))
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

type BodyError = Box<dyn StdError + Send + Sync>;

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(stream) => stream.poll(cx).map(|piece| piece.map(|piece| piece.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_none(),
            Self::Stream(stream) => stream.left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Stream(stream) => stream.left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

impl Stream {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        if let Some(gate) = &mut self.gate {
            ready!(gate.poll_open(cx));
            self.gate = None;
        }
        let problem = match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
            Some(Ok(piece)) => {
                if let Some(left) = &mut self.left {
                    *left = left.saturating_sub(piece.len() as u64);
                }
                if self.left == Some(0) {
                    self.progress.hand_over();
                }
                return Poll::Ready(Some(Ok(piece)));
            }
            None if self.left.is_none_or(|left| left == 0) => {
                self.progress.hand_over();
                return Poll::Ready(None);
            }
            None => crate::response::Problem::bad_request("the body ended before it was complete"),
            Some(Err(problem)) => problem,
        };
        let error = problem.to_string();
        self.progress.break_off(problem);
        Poll::Ready(Some(Err(error.into())))
    }
}
