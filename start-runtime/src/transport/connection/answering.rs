//! The service runs: the body of its request is fed to it as it asks for it, and read away if it did not.

use std::task::{Context, Poll};

use actix_http::body::BoxBody;
use actix_http::{Response, StatusCode};

use super::payload::Failure;
use super::{Answer, Io, Phase, Step, Wire};
use crate::base::panic::catch;
use crate::transport::answer::{CONTINUE, Framing};
use crate::transport::message::{Event, Refusal, Switch};
use crate::transport::service::Service;

/// A body above this is not worth reading for nothing, in bytes.
const SMALL: u64 = 64 * 1024;

/// How often the rest of a small body may be waited for.
const POLLS: u8 = 3;

/// While a service runs, so many bytes of what comes behind its request are read, to notice when the
/// client is gone.
const READ_AHEAD: usize = 64 * 1024;

/// An answer that waits for the rest of its request's body.
pub struct Drain {
    response: Response<BoxBody>,
    left: u64,
    polls: u8,
}

/// What is to be done with the unread rest of a request's body.
enum Unread {
    /// There is none, or somebody still reads it.
    Nothing,
    /// It is small and on its way: it is read away.
    Drain,
    /// The connection ends with the answer.
    Leave,
}

impl<T: Io, S: Service> Wire<T, S> {
    /// The service waits for something: perhaps for its body.
    #[inline]
    pub(super) fn wait_for_answer(&mut self, cx: &mut Context<'_>) -> Step {
        match self.feed(cx).and_then(|has_news| Ok(has_news || self.look_ahead(cx)?)) {
            Ok(true) => Step::Go,
            Ok(false) => Step::Wait,
            Err(Gone) => Step::Over,
        }
    }

    /// Hands on as much of the body as its reader wants. Returns whether the service has to be polled.
    pub(super) fn feed(&mut self, cx: &mut Context<'_>) -> Result<bool, Gone> {
        let Some(channel) = self.body.clone() else { return Ok(false) };
        let Some(io) = &mut self.io else { return Err(Gone) };
        let is_raw = matches!(&self.phase, Phase::Sending(sending) if sending.framing() == Framing::Raw);
        if self.message.upgrade == Switch::WebSocket && !is_raw {
            return Ok(channel.has_news());
        }
        while channel.wants_more() {
            let event = match is_raw {
                true => (!self.input.buffer.is_empty()).then(|| Event::Data(self.input.buffer.split().freeze())),
                false => self.core.next(&mut self.input.buffer),
            };
            match event {
                Some(Event::Data(data)) => {
                    self.has_continued = true;
                    channel.push(data, cx);
                }
                Some(Event::Broken(refusal)) => {
                    self.is_given_up = true;
                    channel.fail(Failure::Broken(refusal), cx);
                }
                Some(_) => channel.finish(cx),
                None if self.input.is_over && is_raw => channel.finish(cx),
                None if self.input.is_over => {
                    self.is_given_up = true;
                    channel.fail(Failure::Incomplete, cx);
                }
                None => {
                    let may_continue = !self.has_continued && matches!(self.phase, Phase::Answering);
                    if self.message.expects && may_continue {
                        self.output.bytes().extend_from_slice(CONTINUE);
                    }
                    self.has_continued = true;
                    match self.input.poll_read(io, true, cx) {
                        Poll::Ready(Ok(_)) => {}
                        Poll::Ready(Err(_)) => return Err(Gone),
                        Poll::Pending => break,
                    }
                }
            }
        }
        Ok(channel.has_news())
    }

    /// Reads what comes behind the request, up to a limit, to notice when the client is gone. Never
    /// asks for the service to be polled.
    pub(super) fn look_ahead(&mut self, cx: &mut Context<'_>) -> Result<bool, Gone> {
        let Some(io) = &mut self.io else { return Err(Gone) };
        while !self.input.is_over && self.input.buffer.len() < READ_AHEAD {
            match self.input.poll_read(io, false, cx) {
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(_)) => return Err(Gone),
                Poll::Pending => break,
            }
        }
        if self.input.is_over
            && let Some(attended) = &self.attended
        {
            attended.leave();
        }
        Ok(false)
    }

    /// The service has answered.
    #[inline]
    pub(super) fn respond(&mut self, answer: Answer) -> Step {
        let response = match answer {
            Ok(response) => response,
            Err(message) => {
                tracing::error!("the service panicked, its request is answered with 500: {message}");
                self.failure()
            }
        };
        match self.unread() {
            Unread::Nothing => self.start(response),
            Unread::Drain => {
                self.phase = Phase::Draining(Drain { response, left: SMALL, polls: POLLS });
                Step::Go
            }
            Unread::Leave => {
                self.leave_body();
                self.start(response)
            }
        }
    }

    #[inline]
    fn unread(&self) -> Unread {
        match &self.body {
            None => Unread::Nothing,
            Some(_) if self.is_given_up => Unread::Leave,
            Some(channel) if channel.is_over() || channel.has_reader() => Unread::Nothing,
            Some(_) if self.message.upgrade == Switch::WebSocket => Unread::Nothing,
            // The client may or may not send a body now: only the end of the connection is clear to both
            // (RFC 9110, section 10.1.1).
            Some(_) if self.message.expects && !self.has_continued && self.input.buffer.is_empty() => Unread::Leave,
            Some(_) if self.core.remaining().is_some_and(|remaining| remaining > SMALL) => Unread::Leave,
            Some(_) => Unread::Drain,
        }
    }

    /// Nothing behind the request is executed: the connection ends with its answer, and says so.
    fn leave_body(&mut self) {
        self.core.stop();
        self.is_given_up = true;
        self.lingers = true;
    }

    /// Reads the rest of a small body away. Nothing waits for a slow client: what is not there after a
    /// few polls ends the connection.
    pub(super) fn drain(&mut self, cx: &mut Context<'_>) -> Step {
        let Phase::Draining(drain) = &mut self.phase else { return Step::Go };
        let Some(io) = &mut self.io else { return Step::Over };
        let is_complete = loop {
            match self.core.next(&mut self.input.buffer) {
                Some(Event::Data(data)) => match drain.left.checked_sub(data.len() as u64) {
                    Some(left) => drain.left = left,
                    None => break false,
                },
                Some(Event::End) => break true,
                Some(_) => break false,
                None if self.input.is_over => break false,
                None => match self.input.poll_read(io, false, cx) {
                    Poll::Ready(Ok(_)) => {}
                    Poll::Ready(Err(_)) => return Step::Over,
                    Poll::Pending if drain.polls > 0 => {
                        drain.polls -= 1;
                        return Step::Yield;
                    }
                    Poll::Pending => break false,
                },
            }
        };
        if is_complete {
            self.body = None;
        } else {
            self.leave_body();
        }
        match std::mem::replace(&mut self.phase, Phase::Answering) {
            Phase::Draining(drain) => self.start(drain.response),
            _ => Step::Go,
        }
    }

    /// The answer to a request that could not be answered.
    #[cold]
    pub(super) fn failure(&self) -> Response<BoxBody> {
        self.refusal(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be answered"))
    }

    #[cold]
    pub(super) fn refusal(&self, refusal: Refusal) -> Response<BoxBody> {
        let status = refusal.status;
        catch(|| self.service.refuse(refusal, self.client)).unwrap_or_else(|message| {
            tracing::error!("the service panicked while it refused a request: {message}");
            Response::new(status)
        })
    }
}

/// The connection failed: nobody is there any more.
pub struct Gone;
