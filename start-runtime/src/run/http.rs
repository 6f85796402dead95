//! From sockets to a worker's service: actix's HTTP/1.1, with the transport's checks and timeouts in front.

use std::future::ready;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;

use super::build::Prepared;
use super::refusal;
use crate::dispatch::Expect;
use crate::transport::{self, LINGER, Refuse, Settings, Stopping, Stream};

/// One worker's service for the connections of one listening socket.
pub fn service(
    prepared: &Prepared,
    stopping: &Arc<Stopping>,
    address: SocketAddr,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<> {
    let outermost = prepared.worker();
    let (app, stopping) = (prepared.app.clone(), stopping.clone());
    let settings = Settings { timeouts: app.timeouts, header_limit: app.header_limit };
    let keep_alive = if settings.timeouts.keep_alive.is_zero() { KeepAlive::Disabled } else { KeepAlive::Os };
    let refuse: Refuse = Rc::new(move |refusal, address| refusal::render(&app, refusal, address));
    let http = HttpService::build()
        // `Stream` handles all timeouts; actix's own timers only cover the first request.
        .keep_alive(keep_alive)
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(LINGER)
        .local_addr(address)
        .expect(Expect(outermost.worker.clone()))
        .on_connect_ext(|stream: &Stream<TcpStream>, data| {
            data.insert(stream.connection().clone());
        })
        // Hidden from the docs, but actix-test uses it too: there is no other way to create an `AppConfig`.
        .finish(map_config(outermost, move |()| AppConfig::__priv_test_new(false, address.to_string(), address)));
    fn_service(move |socket: TcpStream| {
        let (stream, client) = transport::accept(socket, settings, &stopping, &refuse);
        ready(Ok((stream, Protocol::Http1, client)))
    })
    .and_then(http)
}
