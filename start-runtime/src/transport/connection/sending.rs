//! The answer is written: its head, and its body piece by piece.

use std::task::{Context, Poll};

use actix_http::body::{BodySize, BoxBody, MessageBody as _};
use actix_http::{Response, StatusCode, header};
use bytes::Bytes;

use super::answering::Gone;
use super::payload::Failure;
use super::reading::GATHERED;
use super::{Io, Phase, Step, Wire};
use crate::base::panic::{catch, drop_quietly};
use crate::transport::answer::{self, Body, Framing, Line, Next, Unanswerable, write_chunk_size, write_head};
use crate::transport::message::Switch;
use crate::transport::service::Service;

/// A piece of up to this many bytes is copied, to be written with what is before it.
const COPIED: usize = 8 * 1024;

/// In the extensions of a response that is an event stream: it does not end with the server, which waits for it as for any
/// other answer.
pub struct ToItsEnd;

/// Whether a content type is that of event streams (WHATWG HTML, section 9.2).
fn is_event_stream(content_type: &[u8]) -> bool {
    const EVENTS: &[u8] = b"text/event-stream";
    content_type.get(..EVENTS.len()).is_some_and(|essence| essence.eq_ignore_ascii_case(EVENTS))
        && matches!(content_type.get(EVENTS.len()), None | Some(b';' | b' ' | b'\t'))
}

/// The body of an answer on its way.
pub struct Sending {
    body: Body,
    framing: Framing,
    is_last: bool,
    /// Whether the body ends when the server stops.
    ends_with_server: bool,
}

impl Sending {
    pub fn framing(&self) -> Framing {
        self.framing
    }
}

impl<T: Io, S: Service> Wire<T, S> {
    /// Begins an answer; a response that cannot be sent is replaced by a 500.
    #[inline]
    pub(super) fn start(&mut self, response: Response<BoxBody>) -> Step {
        match self.try_start(response) {
            Ok(step) => step,
            Err(fault) => self.start_failure(fault),
        }
    }

    #[cold]
    fn start_failure(&mut self, fault: Unanswerable) -> Step {
        tracing::error!("an answer cannot be sent, 500 takes its place: {fault}");
        let response = self.failure();
        self.try_start(response).unwrap_or_else(|_| {
            let plain = Response::new(StatusCode::INTERNAL_SERVER_ERROR);
            self.try_start(plain).unwrap_or(Step::Over)
        })
    }

    #[inline]
    fn try_start(&mut self, response: Response<BoxBody>) -> Result<Step, Unanswerable> {
        let (response, body) = response.into_parts();
        let head = response.head();
        let size = catch(|| body.size()).unwrap_or(BodySize::Stream);
        let framing = answer::frame(&self.message, head, size)?;
        let is_switch = head.status == StatusCode::SWITCHING_PROTOCOLS;
        if is_switch && framing == Framing::None && !self.switchboard.as_ref().is_some_and(|board| board.has_taker()) {
            return Err(Unanswerable::NotTaken);
        }
        let is_last = !self.message.persists
            || self.is_given_up
            || self.settings.timeouts.keep_alive.is_zero()
            || self.stopping.since().is_some()
            // Whoever still holds the request's body cannot read it while this answer is made.
            || (size != BodySize::Stream && self.body.as_ref().is_some_and(|body| !body.is_over()))
            // A client that asked for a WebSocket may have sent some of it.
            || self.message.upgrade == Switch::WebSocket;
        self.is_events = size == BodySize::Stream
            && matches!(framing, Framing::Chunked | Framing::Close)
            && head.headers.get(header::CONTENT_TYPE).is_some_and(|value| is_event_stream(value.as_bytes()));
        let ends_with_server = self.is_events && !response.extensions().contains::<ToItsEnd>();
        let line = Line { framing, is_1_0: self.message.is_1_0, is_last: is_last && !is_switch, now: self.now };
        let is_last = write_head(self.output.bytes(), head, line);
        if is_switch && framing == Framing::None {
            drop_quietly(body, "the body of an answer");
            self.phase = Phase::Switching;
            return Ok(Step::Go);
        }
        let length = match framing {
            Framing::Length(0) | Framing::None | Framing::Unsaid => Some(0),
            Framing::Length(length) => Some(length),
            Framing::Chunked | Framing::Close | Framing::Raw => None,
        };
        if self.message.is_head || length == Some(0) {
            drop_quietly(body, "the body of an answer");
            return Ok(self.finish(is_last));
        }
        match body.try_into_bytes() {
            Ok(bytes) => {
                self.append(bytes, framing);
                Ok(self.finish(is_last))
            }
            Err(body) => {
                self.watch.answer_moves(self.now);
                if framing == Framing::Raw
                    && let Some(channel) = &self.body
                {
                    channel.make_raw();
                }
                if length.is_none()
                    && let Some(io) = &mut self.io
                {
                    // It may be silent for long.
                    io.probe();
                }
                self.phase =
                    Phase::Sending(Sending { body: Body::new(body, length), framing, is_last, ends_with_server });
                Ok(Step::Go)
            }
        }
    }

    /// Appends a piece of a body. Small ones are copied, a large one has to be written before the next.
    #[inline]
    fn append(&mut self, piece: Bytes, framing: Framing) {
        let is_chunk = framing == Framing::Chunked;
        let out = self.output.bytes();
        if is_chunk {
            write_chunk_size(out, piece.len());
        }
        let behind: &'static [u8] = if is_chunk { b"\r\n" } else { b"" };
        if piece.len() <= COPIED {
            out.extend_from_slice(&piece);
            out.extend_from_slice(behind);
        } else {
            self.output.set_piece(piece, behind);
        }
    }

    /// Writes the body.
    pub(super) fn send(&mut self, cx: &mut Context<'_>) -> Step {
        loop {
            let Some(io) = &mut self.io else { return Step::Over };
            if !self.output.has_room(GATHERED) {
                match self.output.poll_flush(io, self.now, cx) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(_)) => return Step::Over,
                    Poll::Pending => return self.wait_to_send(cx),
                }
            }
            let Phase::Sending(sending) = &mut self.phase else { return Step::Go };
            match sending.body.poll_next(cx) {
                Poll::Ready(Next::Piece(piece)) => {
                    let framing = sending.framing;
                    self.watch.answer_moves(self.now);
                    self.append(piece, framing);
                }
                Poll::Ready(Next::End) => return self.end_body(),
                Poll::Ready(Next::Fault(fault)) => {
                    tracing::error!("an answer broke off, its connection is closed: {fault}");
                    let looks_complete = matches!(sending.framing, Framing::Close | Framing::Raw);
                    let step = self.finish(true);
                    if looks_complete {
                        self.phase = Phase::Aborting;
                    }
                    return step;
                }
                Poll::Pending if self.ends_now() => return self.end_body(),
                Poll::Pending => return self.wait_to_send(cx),
            }
        }
    }

    /// Whether the body ends here, because the server stops.
    pub(super) fn ends_now(&self) -> bool {
        matches!(&self.phase, Phase::Sending(sending) if sending.ends_with_server) && self.stopping.since().is_some()
    }

    /// The body is complete.
    fn end_body(&mut self) -> Step {
        let Phase::Sending(sending) = &self.phase else { return Step::Go };
        let (framing, is_last) = (sending.framing, sending.is_last);
        if framing == Framing::Chunked {
            self.output.bytes().extend_from_slice(b"0\r\n\r\n");
        }
        self.finish(is_last || framing == Framing::Raw)
    }

    /// The body may be made of the request's: that goes on meanwhile.
    fn wait_to_send(&mut self, cx: &mut Context<'_>) -> Step {
        let has_news = match self.feed(cx) {
            Ok(has_news) => has_news,
            Err(Gone) => return Step::Over,
        };
        match self.look_ahead(cx) {
            Err(Gone) => Step::Over,
            // Polled again only if there is room for what it has.
            Ok(_) if has_news && self.output.blocked().is_none() => Step::Go,
            Ok(_) => Step::Wait,
        }
    }

    /// The answer is complete.
    #[inline]
    fn finish(&mut self, mut is_last: bool) -> Step {
        if let Some(channel) = self.body.take() {
            // Somebody still reads; but the next request, or the end, is due.
            is_last |= !channel.is_over();
            self.lingers |= !channel.is_over();
            channel.fail(Failure::Incomplete, &Context::from_waker(std::task::Waker::noop()));
        }
        if self.switchboard.is_some() {
            self.switchboard = None;
        }
        if let Some(attended) = &self.attended {
            attended.answered();
        }
        if is_last {
            self.core.stop();
            self.phase = Phase::Closing;
        } else {
            self.phase = Phase::Reading;
            self.watch.answered(self.now);
        }
        Step::Go
    }
}
