//! The bytes of a connection: what was read and not yet taken, and what is still to be written.
//!
//! # Invariants
//! A connection that waits and has nothing to keep holds no buffer: buffers are those of its thread.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, DuplexStream};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// What a connection runs on.
pub trait Io: AsyncRead + AsyncWrite + Unpin + 'static {
    /// Makes the end of the connection look like a failure to the client, where the protocol below can:
    /// an answer that ends with its connection must not look complete when it is not.
    fn abort(&mut self) {}

    /// Makes the system ask a client that is silent whether it is still there, where the protocol below can.
    fn probe(&mut self) {}
}

impl Io for TcpStream {
    fn abort(&mut self) {
        // What cannot be set is done without.
        let _ = SockRef::from(&*self).set_linger(Some(Duration::ZERO));
    }

    fn probe(&mut self) {
        let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_EVERY);
        let _ = SockRef::from(&*self).set_tcp_keepalive(&probes);
    }
}

impl Io for DuplexStream {}

/// How long a client may be silent before it is asked whether it is there, and how often it is asked then. Where there is a
/// timeout for writing, that says how long it has to answer (TCP_USER_TIMEOUT).
const PROBE_AFTER: Duration = Duration::from_secs(15);
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// Room for a read, in bytes: of heads, and of a body.
const READ: usize = 8 * 1024;
const READ_BODY: usize = 64 * 1024;

/// A read is not begun with less room than this.
const LEAST_READ: usize = 2 * 1024;

/// How many buffers a thread keeps, and how large they may be.
const KEPT_BUFFERS: usize = 8;
const KEPT_SIZE: usize = 64 * 1024;

/// Buffers that no connection needs now.
struct Kept {
    inputs: Vec<BytesMut>,
    outputs: Vec<Vec<u8>>,
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { inputs: Vec::new(), outputs: Vec::new() }) };
}

/// Gives the buffers of a connection that waits back, as far as they are empty.
#[inline]
pub fn rest(input: &mut Input, output: &mut Output) {
    let has_input = input.is_held && input.buffer.is_empty();
    let has_output = output.bytes.capacity() > 0 && output.is_empty();
    if has_input || has_output {
        KEPT.with_borrow_mut(|kept| {
            if has_input {
                input.rest(&mut kept.inputs);
            }
            if has_output {
                output.rest(&mut kept.outputs);
            }
        });
    }
}

/// What came in.
#[derive(Default)]
pub struct Input {
    /// What has not been taken.
    pub buffer: BytesMut,
    /// Whether the client has ended its side.
    pub is_over: bool,
    /// Whether this connection has a buffer of its own.
    is_held: bool,
}

impl Input {
    /// Reads more; returns the number of bytes, zero at the end. `is_body` asks for larger reads.
    #[inline]
    pub fn poll_read<T: Io>(&mut self, io: &mut T, is_body: bool, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.is_over {
            return Poll::Pending;
        }
        if !self.is_held {
            self.is_held = true;
            if let Some(kept) = KEPT.with_borrow_mut(|kept| kept.inputs.pop()) {
                self.buffer = kept;
            }
        }
        if self.buffer.capacity() - self.buffer.len() < LEAST_READ {
            self.buffer.reserve(if is_body { READ_BODY } else { READ });
        }
        let read = pin!(io.read_buf(&mut self.buffer)).poll(cx);
        if let Poll::Ready(Ok(0)) = read {
            self.is_over = true;
        }
        read
    }

    #[inline]
    fn rest(&mut self, kept: &mut Vec<BytesMut>) {
        self.is_held = false;
        let buffer = std::mem::take(&mut self.buffer);
        if buffer.capacity() <= KEPT_SIZE && kept.len() < KEPT_BUFFERS {
            kept.push(buffer);
        }
    }
}

/// What goes out: bytes, then one large piece that is not copied, then a few bytes behind it.
#[derive(Default)]
pub struct Output {
    bytes: Vec<u8>,
    /// So many of `bytes` are written.
    written: usize,
    piece: Bytes,
    behind: &'static [u8],
    /// Since when the client takes nothing.
    blocked: Option<Instant>,
}

impl Output {
    /// What is appended comes behind all that waits. Only while there is no large piece.
    #[inline]
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0
            && let Some(kept) = KEPT.with_borrow_mut(|kept| kept.outputs.pop())
        {
            self.bytes = kept;
        }
        &mut self.bytes
    }

    /// Sets the large piece, and what comes behind it.
    pub fn set_piece(&mut self, piece: Bytes, behind: &'static [u8]) {
        self.piece = piece;
        self.behind = behind;
    }

    /// Whether more may be appended, with this many bytes waiting at most.
    #[inline]
    pub fn has_room(&self, most: usize) -> bool {
        self.piece.is_empty() && self.behind.is_empty() && self.bytes.len() < most
    }

    /// Whether all is written.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.written == self.bytes.len() && self.piece.is_empty() && self.behind.is_empty()
    }

    /// Since when the client takes nothing of what is there for it.
    pub fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Writes all that waits.
    #[inline]
    pub fn poll_flush<T: Io>(&mut self, io: &mut T, now: Instant, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            let io = Pin::new(&mut *io);
            let bytes = &self.bytes[self.written..];
            let written = if self.piece.is_empty() && self.behind.is_empty() {
                io.poll_write(cx, bytes)
            } else {
                let all = [bytes, &self.piece, self.behind].map(IoSlice::new);
                let first = all.iter().position(|slice| !slice.is_empty()).unwrap_or(all.len());
                io.poll_write_vectored(cx, &all[first..])
            };
            match written {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => {
                    self.blocked = None;
                    self.advance(count);
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.blocked.get_or_insert(now);
                    return Poll::Pending;
                }
            }
        }
        self.bytes.clear();
        self.written = 0;
        ready!(Pin::new(io).poll_flush(cx))?;
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn advance(&mut self, count: usize) {
        let of_bytes = count.min(self.bytes.len() - self.written);
        self.written += of_bytes;
        let count = count - of_bytes;
        let of_piece = count.min(self.piece.len());
        if of_piece == self.piece.len() {
            // Given back at once.
            self.piece = Bytes::new();
        } else {
            self.piece.advance(of_piece);
        }
        self.behind = self.behind.get(count - of_piece..).unwrap_or_default();
    }

    #[inline]
    fn rest(&mut self, kept: &mut Vec<Vec<u8>>) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        self.written = 0;
        if bytes.capacity() <= KEPT_SIZE && kept.len() < KEPT_BUFFERS {
            kept.push(bytes);
        }
    }
}
