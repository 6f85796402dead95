//! From a socket to actix and back: what a client may send and how long it may take.

mod answer;
mod clock;
mod connection;
mod gate;
pub mod listeners;
mod paced;
mod stopping;
mod stream;
mod watch;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use crate::base::timeouts::Timeouts;
use connection::Connection;
use gate::Gate;
pub use gate::Refusal;
pub use paced::paced;
pub use stopping::{GRACE, Stopping};
pub use stream::{LINGER, Refuse, Stream};
pub use wire::{Answer, Wire};

/// So many bytes of an answer wait in the kernel, unsent: few enough that it can be seen whether a slow
/// client takes any.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// What holds for all connections of a server.
#[derive(Clone, Copy)]
pub struct Settings {
    pub timeouts: Timeouts,
    /// How many bytes the request line and the headers may have together.
    pub header_limit: usize,
}

/// Takes a socket over: its bytes are checked, and its client is held to the timeouts.
pub fn accept(
    socket: TcpStream,
    settings: Settings,
    stopping: &Arc<Stopping>,
    refuse: &Refuse,
) -> (Stream<TcpStream>, Option<SocketAddr>) {
    let Settings { timeouts, header_limit } = settings;
    set_options(&socket, timeouts.write);
    let client = socket.peer_addr().ok();
    let gate = Gate::new(header_limit, !timeouts.keep_alive.is_zero());
    let connection = Connection::new(stopping.clone());
    let address = client.as_ref().map(SocketAddr::ip);
    (Stream::new(socket, gate, connection, timeouts, refuse.clone(), address), client)
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
