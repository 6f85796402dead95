//! A head is read, and its request prepared for the service.

use std::task::{Context, Poll};

use actix_http::{HttpMessage as _, Request};

use super::payload::{Channel, whole};
use super::{Io, NO_MESSAGE, Phase, Step, Wire};
use crate::transport::message::{Event, Framing, Message, Refusal, Switch};
use crate::transport::service::Service;
use crate::transport::tunnel::Switchboard;

/// How many requests of one connection are answered in a row before others have their turn.
const TURN: u8 = 16;

/// Answers are gathered up to about this many bytes while further requests are in the buffer.
pub const GATHERED: usize = 64 * 1024;

impl<T: Io, S: Service> Wire<T, S> {
    /// Finds the next request in what came, or reads more.
    #[inline]
    pub(super) fn read(&mut self, cx: &mut Context<'_>) -> Step {
        let Some(io) = &mut self.io else { return Step::Over };
        loop {
            if !self.input.buffer.is_empty() {
                if self.answers >= TURN {
                    return Step::Yield;
                }
                if !self.output.has_room(GATHERED) {
                    match self.output.poll_flush(io, self.now, cx) {
                        Poll::Ready(Ok(())) => {}
                        Poll::Ready(Err(_)) => return Step::Over,
                        Poll::Pending => return Step::Wait,
                    }
                }
                match self.core.next(&mut self.input.buffer) {
                    Some(Event::Request(request, message)) => return self.begin(request, message),
                    Some(Event::Refused(refusal)) => return self.refuse(refusal),
                    // No body is left unread when this phase begins.
                    Some(Event::Data(_) | Event::End | Event::Broken(_)) => return Step::Over,
                    None => {}
                }
            }
            if !self.output.is_empty() {
                match self.output.poll_flush(io, self.now, cx) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(_)) => return Step::Over,
                    Poll::Pending => return Step::Wait,
                }
            }
            if self.input.is_over {
                return match self.core.end_of_input(&self.input.buffer) {
                    Some(refusal) => self.refuse(refusal),
                    None => {
                        self.phase = Phase::Closing;
                        Step::Go
                    }
                };
            }
            match self.input.poll_read(io, false, cx) {
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(_)) => return Step::Over,
                Poll::Pending => return Step::Wait,
            }
        }
    }

    #[inline]
    fn begin(&mut self, mut request: Request, message: Message) -> Step {
        self.answers += 1;
        self.message = message;
        self.has_continued = false;
        self.is_events = false;
        match message.framing {
            Framing::None if message.upgrade == Switch::No => {}
            Framing::None => self.offer_upgrade(&mut request),
            Framing::Length(_) | Framing::Chunked => match self.core.take_body(&mut self.input.buffer) {
                Some(body) => *request.payload() = whole(body),
                None => self.open_body(&mut request),
            },
        }
        self.request = Some(request);
        Step::Call
    }

    fn open_body(&mut self, request: &mut Request) {
        let (channel, payload) = Channel::new(self.settings.timeouts.body);
        self.body = Some(channel);
        *request.payload() = payload;
    }

    #[cold]
    fn offer_upgrade(&mut self, request: &mut Request) {
        let (switchboard, upgrade) = Switchboard::new();
        request.extensions_mut().insert(upgrade);
        self.switchboard = Some(switchboard);
        if self.message.upgrade == Switch::WebSocket {
            // What comes after the 101. Who reads it before waits for that.
            self.open_body(request);
        }
    }

    /// Answers something that is no request. The connection ends with it.
    #[cold]
    pub(super) fn refuse(&mut self, refusal: Refusal) -> Step {
        self.core.stop();
        self.message = NO_MESSAGE;
        self.lingers = true;
        let response = self.refusal(refusal);
        self.start(response)
    }
}
