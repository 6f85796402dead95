//! What comes from the client: read, taken apart, and handed on as the handler asks for it.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::time::Instant;

use super::{Connection, Gone, Phase};
use crate::features::ws::close::Close;
use crate::features::ws::frame::{Event, Kind, write_frame};
use crate::features::ws::shared::SocketEnd;

/// Room for a read, in bytes. There is one buffer per thread.
const READ: usize = 32 * 1024;

/// How often in a row is read before other connections have their turn.
const TURNS: u8 = 8;

/// While the handler asks for nothing, so many bytes are read, to notice when the client is gone.
const READ_AHEAD: usize = 64 * 1024;

/// Pongs are not put behind more than this many bytes that the client has not read: of those that wait, the last is sent
/// (RFC 6455, section 5.5.3).
const MOST_BEFORE_PONG: usize = 4 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Connection {
    /// Reads as long as there is something, and it may be taken.
    pub(super) fn read(&mut self, now: Instant, cx: &mut Context<'_>) -> Result<(), Gone> {
        self.take_rest(now);
        let mut buffer = BUFFER.take();
        buffer.resize(READ, 0);
        let went_well = self.read_with(&mut buffer, now, cx);
        BUFFER.set(buffer);
        went_well
    }

    fn read_with(&mut self, buffer: &mut [u8], now: Instant, cx: &mut Context<'_>) -> Result<(), Gone> {
        for _ in 0..TURNS {
            let may_read = match self.phase {
                Phase::Open | Phase::Closing { .. } => self.rest.len() < READ_AHEAD,
                Phase::Ending { .. } => true,
                Phase::Draining { .. } | Phase::Over => false,
            };
            let Some(io) = self.io.as_mut().filter(|_| may_read && !self.is_half_closed) else { return Ok(()) };
            let mut read = ReadBuf::new(buffer);
            match Pin::new(io).poll_read(cx, &mut read) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Err(_)) => return Err(Gone),
                Poll::Ready(Ok(())) => {}
            }
            match read.filled() {
                [] => self.half_closed(now),
                bytes if !self.rest.is_empty() => self.rest.extend_from_slice(bytes),
                mut bytes => {
                    self.take(&mut bytes, now);
                    self.rest.extend_from_slice(bytes);
                }
            }
        }
        cx.waker().wake_by_ref();
        Ok(())
    }

    /// The client has ended its side.
    fn half_closed(&mut self, now: Instant) {
        self.is_half_closed = true;
        match self.phase {
            Phase::Open => self.drain(now, None, SocketEnd::Gone),
            Phase::Closing { .. } => self.end_soon(now),
            Phase::Draining { .. } | Phase::Ending { .. } | Phase::Over => {}
        }
    }

    /// Takes what was left before, if the handler wants more.
    fn take_rest(&mut self, now: Instant) {
        if self.rest.is_empty() {
            return;
        }
        let rest = std::mem::take(&mut self.rest);
        let mut bytes = &rest[..];
        self.take(&mut bytes, now);
        if !bytes.is_empty() {
            self.rest = if bytes.len() == rest.len() { rest } else { bytes.to_vec() };
        }
    }

    /// Takes messages for as long as the handler wants more. What is left in `bytes` is kept.
    fn take(&mut self, bytes: &mut &[u8], now: Instant) {
        loop {
            let wanted = match self.phase {
                Phase::Open | Phase::Draining { .. } => self.shared.lock().has_room(),
                // What comes after a close frame of this side is no longer handed on; the client's own is looked for.
                Phase::Closing { .. } => true,
                Phase::Ending { .. } | Phase::Over => {
                    *bytes = &[];
                    return;
                }
            };
            if !wanted {
                return;
            }
            match self.reader.next(bytes) {
                Some(event) => self.happens(event, now),
                None => return,
            }
        }
    }

    fn happens(&mut self, event: Event, now: Instant) {
        let is_closing = matches!(self.phase, Phase::Closing { .. });
        match event {
            Event::Close(_) | Event::Fault(_) if is_closing => self.end_soon(now),
            _ if is_closing => {}
            Event::Message(message) => self.shared.lock().push(message),
            Event::Ping(payload) => self.pong(&payload),
            Event::Pong(payload) => self.pings.answered(&payload),
            Event::Close(close) => self.drain(now, Some(answer(&close)), SocketEnd::Closed(close)),
            Event::Fault(fault) => self.drain(now, Some(fault.close()), SocketEnd::Refused(fault.close())),
        }
    }

    fn pong(&mut self, payload: &[u8]) {
        if self.output.left() < MOST_BEFORE_PONG {
            write_frame(self.output.bytes(), Kind::Pong, payload);
        } else {
            self.waiting_pong = Some(payload.to_vec());
        }
    }
}

/// The code of the client, without its reason.
fn answer(close: &Close) -> Close {
    close.code().map_or_else(Close::without_code, Close::new)
}
