//! What answers requests, and the way from `actix_server` to a connection.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use pin_project_lite::pin_project;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::transport::connection::{Connection, Settings, serve};
use crate::transport::message::Refusal;
use crate::transport::stopping::Stopping;

/// What answers requests. There is one per worker.
pub trait Service: 'static {
    /// An answer in the making.
    type Future: Future<Output = Response<BoxBody>>;

    /// Answers a request. A panic, here or in the future, is logged and answered with
    /// [`Service::refuse`] and 500; the connection goes on.
    fn call(&self, request: Request) -> Self::Future;

    /// The answer to something that is no request (the connection ends with it), or to a request that
    /// could not be answered (status 500).
    fn refuse(&self, refusal: Refusal, client: Option<SocketAddr>) -> Response<BoxBody>;
}

/// Bytes of an answer that wait in the kernel, unsent: few enough to notice that a slow client takes
/// none of them.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// Prepares a socket. `write_timeout` is how long a client may take none of an answer, zero for no
/// limit. What cannot be set is done without.
pub fn set_options(socket: &TcpStream, write_timeout: Duration) {
    // Answers go out whole: nothing is won by waiting for more.
    let _ = socket.set_nodelay(true);
    #[cfg(target_os = "linux")]
    {
        let socket = SockRef::from(socket);
        let _ = socket.set_tcp_notsent_lowat(UNSENT);
        if !write_timeout.is_zero() {
            // What the kernel has taken over is not waited for longer than what it has not.
            let _ = socket.set_tcp_user_timeout(Some(write_timeout));
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = write_timeout;
}

/// A factory for `actix_server::Server::build().listen(name, listener, factory)`: `make` makes one
/// worker's service.
pub fn factory<S, F, M>(make: M, settings: Settings, stopping: Arc<Stopping>) -> Factory<M>
where
    S: Service,
    F: Future<Output = Result<S, ()>> + 'static,
    M: Fn() -> F,
{
    Factory { make, settings, stopping }
}

/// Makes the service of each worker. See [`factory`].
#[derive(Debug)]
pub struct Factory<M> {
    make: M,
    settings: Settings,
    stopping: Arc<Stopping>,
}

impl<S, F, M> actix_service::ServiceFactory<TcpStream> for Factory<M>
where
    S: Service,
    F: Future<Output = Result<S, ()>> + 'static,
    M: Fn() -> F,
{
    type Response = ();
    type Error = ();
    type Config = ();
    type Service = Connections<S>;
    type InitError = ();
    type Future = Making<F>;

    fn new_service(&self, (): ()) -> Making<F> {
        Making { future: (self.make)(), settings: self.settings, stopping: self.stopping.clone() }
    }
}

pin_project! {
    /// A service in the making.
    #[derive(Debug)]
    pub struct Making<F> {
        #[pin]
        future: F,
        settings: Settings,
        stopping: Arc<Stopping>,
    }
}

impl<S: Service, F: Future<Output = Result<S, ()>>> Future for Making<F> {
    type Output = Result<Connections<S>, ()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let service = ready!(this.future.poll(cx))?;
        Poll::Ready(Ok(Connections {
            service: Rc::new(service),
            settings: Rc::new(*this.settings),
            stopping: this.stopping.clone(),
        }))
    }
}

/// One worker's connections.
#[derive(Debug)]
pub struct Connections<S> {
    service: Rc<S>,
    settings: Rc<Settings>,
    stopping: Arc<Stopping>,
}

impl<S: Service> actix_service::Service<TcpStream> for Connections<S> {
    type Response = ();
    type Error = ();
    type Future = Serving<S>;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    /// The place where a connection is told by its protocol. HTTP/2 goes here: over TLS by what ALPN
    /// chose, in clear text by the first 24 bytes, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, which
    /// [`TcpStream::poll_peek`] shows without taking them (RFC 9113, sections 3.3 and 3.4). Until then
    /// every connection is HTTP/1.1, which answers that preface with 505.
    fn call(&self, socket: TcpStream) -> Serving<S> {
        set_options(&socket, self.settings.timeouts.write);
        let client = socket.peer_addr().ok();
        let (settings, service, stopping) = (self.settings.clone(), self.service.clone(), self.stopping.clone());
        Serving { connection: serve(socket, client, settings, service, stopping) }
    }
}

pin_project! {
    /// One connection, as `actix_server` wants it: it has no error that anybody could act upon.
    pub struct Serving<S: Service> {
        #[pin]
        connection: Connection<TcpStream, S>,
    }
}

impl<S: Service> Future for Serving<S> {
    type Output = Result<(), ()>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().connection.poll(cx).map(Ok)
    }
}
