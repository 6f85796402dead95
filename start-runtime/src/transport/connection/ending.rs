//! The ways in which a connection ends.

use std::task::{Context, Poll};
use std::time::Duration;

use std::pin::Pin;

use super::{Io, Phase, Step, Wire};
use crate::transport::service::Service;
use crate::transport::tunnel::Tunnel;

/// How long the rest of what a client sends is read away, so that it gets to read its answer: a socket
/// that is closed with unread bytes in it takes the answer along (RFC 9112, section 9.6).
const LINGER: Duration = Duration::from_secs(2);

/// How often in a row bytes are thrown away before other connections have their turn.
const TURNS: u8 = 16;

impl<T: Io, S: Service> Wire<T, S> {
    /// Writes what is left, and tells the client that nothing follows.
    pub(super) fn close(&mut self, cx: &mut Context<'_>) -> Step {
        let Some(io) = &mut self.io else { return Step::Over };
        match self.output.poll_flush(io, self.now, cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => return Step::Over,
            Poll::Pending => return Step::Wait,
        }
        match Pin::new(&mut *io).poll_shutdown(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => return Step::Over,
            Poll::Pending => return Step::Wait,
        }
        if self.input.is_over {
            return Step::Over;
        }
        let lingers = self.lingers || !self.input.buffer.is_empty();
        self.input.buffer.clear();
        match self.input.poll_read(io, false, cx) {
            Poll::Ready(Ok(count)) if count > 0 => {}
            Poll::Ready(_) => return Step::Over,
            Poll::Pending if lingers => {}
            Poll::Pending => return Step::Over,
        }
        self.phase = Phase::Lingering { until: self.now + LINGER };
        Step::Go
    }

    /// Reads away what still comes.
    pub(super) fn linger(&mut self, until: tokio::time::Instant, cx: &mut Context<'_>) -> Step {
        let Some(io) = &mut self.io else { return Step::Over };
        if self.now >= until {
            return Step::Over;
        }
        for _ in 0..TURNS {
            self.input.buffer.clear();
            match self.input.poll_read(io, false, cx) {
                Poll::Ready(Ok(count)) if count > 0 => {}
                Poll::Ready(_) => return Step::Over,
                Poll::Pending => return Step::Wait,
            }
        }
        self.input.buffer.clear();
        Step::Yield
    }

    /// Writes what came before, and breaks the connection.
    pub(super) fn abort(&mut self, cx: &mut Context<'_>) -> Step {
        let Some(io) = &mut self.io else { return Step::Over };
        match self.output.poll_flush(io, self.now, cx) {
            Poll::Ready(_) => {}
            Poll::Pending => return Step::Wait,
        }
        io.abort();
        Step::Over
    }

    /// Writes the 101, and hands the connection over.
    pub(super) fn switch(&mut self, cx: &mut Context<'_>) -> Step {
        if let Some(io) = &mut self.io {
            match self.output.poll_flush(io, self.now, cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Step::Over,
                Poll::Pending => return Step::Wait,
            }
        }
        let parts = (self.io.take(), self.open.take(), self.attended.take(), self.switchboard.take());
        if let (Some(io), Some(open), Some(attended), Some(switchboard)) = parts {
            let before = std::mem::take(&mut self.input.buffer);
            switchboard.switch(Tunnel::new(Box::new(io), before, open, attended));
        }
        Step::Over
    }
}
