//! From sockets to a worker's service.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_service::ServiceFactory;
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;

use super::build::Prepared;
use crate::transport::{self, Settings, Stopping};

/// One worker's service for the connections of one listening socket.
pub fn service(
    prepared: &Prepared,
    stopping: &Arc<Stopping>,
    address: SocketAddr,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = (), InitError = ()> + use<> {
    let prepared = prepared.clone();
    let settings = Settings { timeouts: prepared.app.timeouts, header_limit: prepared.app.header_limit };
    // Hidden from the docs, but actix-test uses it too: there is no other way to create an `AppConfig`.
    let config = AppConfig::__priv_test_new(false, address.to_string(), address);
    transport::factory(move || prepared.worker().build(config.clone()), settings, stopping.clone())
}
