//! The bytes for the client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite as _;
use tokio::time::Instant;

use crate::transport::Tunnel;

/// Frames on their way, and since when the client takes none of them.
#[derive(Default)]
pub struct Output {
    bytes: Vec<u8>,
    /// So many of them are written.
    written: usize,
    blocked: Option<Instant>,
    moved: Option<Instant>,
}

impl Output {
    /// What is appended comes behind all that waits.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.left() == 0
    }

    /// How many bytes are to be written.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.written
    }

    /// Since when the client takes nothing.
    pub fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// When the client took something last.
    pub fn moved(&self) -> Option<Instant> {
        self.moved
    }

    /// Writes all that waits.
    pub fn poll_flush(&mut self, io: &mut Tunnel, now: Instant, cx: &mut Context<'_>) -> io::Result<Poll<()>> {
        while self.written < self.bytes.len() {
            match Pin::new(&mut *io).poll_write(cx, &self.bytes[self.written..]) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => {
                    self.written += count;
                    self.blocked = None;
                    self.moved = Some(now);
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => {
                    self.blocked.get_or_insert(now);
                    return Ok(Poll::Pending);
                }
            }
        }
        self.bytes.clear();
        self.written = 0;
        Ok(Poll::Ready(()))
    }

    /// Gives the buffer back: all is written.
    pub fn rest(&mut self) {
        self.bytes = Vec::new();
        self.written = 0;
    }
}
