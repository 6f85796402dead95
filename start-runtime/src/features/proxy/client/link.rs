//! One connection: its socket, the task that drives it, and who has it now.

use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use http1::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::SendRequest;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::pool;
use super::{Origin, Outgoing, Progress};

/// What a connection and its holder share.
pub struct Link {
    socket: RefCell<TcpStream>,
    /// That of the request which is being sent.
    progress: RefCell<Rc<Progress>>,
}

/// A connection that belongs to one request. It is closed when this is dropped.
pub struct Lease(Option<Connection>);

/// A connection to an upstream.
pub struct Connection {
    pub origin: Origin,
    sender: SendRequest<Outgoing>,
    link: Rc<Link>,
    task: AbortHandle,
    /// Until when it may wait for its next request.
    pub idle: Option<Idle>,
}

/// An answer, or the request if it was not sent.
type Sent = Result<Response<Incoming>, TrySendError<Request<Outgoing>>>;

/// The time that a connection waits.
#[derive(Clone, Copy)]
pub struct Idle {
    pub since: Instant,
    pub until: Instant,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Connection {
    pub fn new(origin: Origin, sender: SendRequest<Outgoing>, link: Rc<Link>, task: AbortHandle) -> Self {
        Self { origin, sender, link, task, idle: None }
    }

    /// Whether it can take a request now. The other side may have closed it, or have sent what nobody asked for.
    pub async fn is_ready(&mut self) -> bool {
        // Its task may not have run since the last answer was read.
        for _ in 0..3 {
            if self.sender.is_closed() || !self.link.is_quiet() {
                return false;
            }
            if self.sender.is_ready() {
                return true;
            }
            tokio::task::yield_now().await;
        }
        false
    }

    /// Whether it is known to be over.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed() || !self.link.is_quiet()
    }
}

impl Lease {
    pub fn new(connection: Connection) -> Self {
        Self(Some(connection))
    }

    /// From now on, the connection tells this request how it goes.
    pub fn follow(&self, progress: &Rc<Progress>) {
        if let Some(connection) = &self.0 {
            connection.link.progress.replace(progress.clone());
        }
    }

    /// Sends a request.
    pub fn send(&mut self, request: Request<Outgoing>) -> impl Future<Output = Sent> + use<> {
        let sent = self.0.as_mut().map(|connection| connection.sender.try_send_request(request));
        async move {
            match sent {
                Some(sent) => sent.await,
                // A lease has its connection until it is given back.
                None => std::future::pending().await,
            }
        }
    }

    /// Whether the request was handed to the connection, all of it.
    pub fn has_whole_request(&self) -> bool {
        self.0.as_ref().is_some_and(|connection| connection.link.progress.borrow().is_handed_over())
    }

    /// The answer is complete: the next request may have the connection. `limit` is what the upstream says of its
    /// patience.
    pub fn release(mut self, limit: Option<std::time::Duration>) {
        if let Some(connection) = self.0.take() {
            pool::put(connection, limit);
        }
    }
}

impl Link {
    pub fn new(socket: TcpStream) -> Rc<Self> {
        Rc::new(Self { socket: RefCell::new(socket), progress: RefCell::default() })
    }

    /// Whether nothing has come that nobody asked for, the end among it. Asks the system: the runtime may not have
    /// looked yet.
    fn is_quiet(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let peeked = SockRef::from(&*self.socket.borrow()).peek(&mut byte);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// The socket as hyper drives it.
pub struct Wire(pub Rc<Link>);

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.socket.borrow_mut()).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.socket.borrow_mut()).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.socket.borrow_mut()).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// hyper flushes when it has written all that it had.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.progress.borrow().flushed();
        Pin::new(&mut *self.0.socket.borrow_mut()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.socket.borrow_mut()).poll_shutdown(cx)
    }
}
