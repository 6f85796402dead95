//! From a socket to actix and back: what a client may send and how long it may take.

mod answer;
mod clock;
mod connection;
mod expect;
mod gate;
pub mod listeners;
mod paced;
mod stopping;
mod stream;
mod watch;
mod wire;

use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use crate::kernel::App;
use crate::setup::Setup;
use connection::Connection;
pub use expect::Continued;
use expect::Expect;
use gate::Gate;
pub use paced::paced;
pub use stopping::{GRACE, Stopping};
use stream::{LINGER, Stream};
pub use wire::{Answer, Wire};

/// So many bytes of an answer wait in the kernel, unsent: few enough that it can be seen whether a slow
/// client takes any.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// One worker's service for the connections of one listening socket.
pub fn service(
    setup: &Setup,
    app: &Arc<App>,
    stopping: &Arc<Stopping>,
    address: SocketAddr,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<> {
    let outermost = setup.worker(app);
    let (app, stopping) = (app.clone(), stopping.clone());
    let keep_alive = !app.timeouts.keep_alive.is_zero();
    let http = HttpService::build()
        // All time is kept by `Stream`; actix's own timers know only the first request.
        .keep_alive(if keep_alive { KeepAlive::Os } else { KeepAlive::Disabled })
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(LINGER)
        .local_addr(address)
        .expect(Expect(outermost.worker.clone()))
        .on_connect_ext(|stream: &Stream<TcpStream>, data| {
            data.insert(stream.connection().clone());
        })
        // Hidden, but what actix-test is built on: there is no other way to one.
        .finish(map_config(outermost, move |()| AppConfig::__priv_test_new(false, address.to_string(), address)));
    fn_service(move |socket: TcpStream| {
        set_options(&socket, app.timeouts.write);
        let client = socket.peer_addr().ok();
        let gate = Gate::new(app.header_limit, keep_alive);
        let connection = Connection::new(stopping.clone());
        let stream = Stream::new(socket, gate, connection, app.clone(), client.as_ref().map(SocketAddr::ip));
        ready(Ok((stream, Protocol::Http1, client)))
    })
    .and_then(http)
}

/// What cannot be set is done without.
fn set_options(socket: &TcpStream, write_timeout: Duration) {
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
