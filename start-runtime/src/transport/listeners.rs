//! The sockets that a server listens on: opened, and closed without losing a connection.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};

use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// How many connections may wait to be taken.
const BACKLOG: i32 = 1024;

/// Listens where `host` and `port` say. `localhost` is both loopbacks.
pub fn open(host: &str, port: u16) -> io::Result<Vec<TcpListener>> {
    if host == "localhost" {
        // A machine without IPv6 has only the first.
        let v4 = listen(([127, 0, 0, 1], port).into())?;
        let port = v4.local_addr()?.port();
        let v6 = listen((std::net::Ipv6Addr::LOCALHOST, port).into());
        return Ok([v4].into_iter().chain(v6).collect());
    }
    let (mut listeners, mut failure) = (Vec::new(), None);
    for address in (host, port).to_socket_addrs()? {
        match listen(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) => failure = Some(error),
        }
    }
    match (listeners.is_empty(), failure) {
        (false, _) => Ok(listeners),
        (true, failure) => Err(failure.unwrap_or_else(|| io::Error::other("the host has no address"))),
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A server that is started again need not wait for the old connections.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// From now on the kernel makes no new connection; those that are being made are finished. Says
/// whether it can be done here.
///
/// A listening socket that is closed takes with it the connections that nobody has accepted yet. So
/// they are accepted first, and this keeps new ones from taking their place.
pub fn refuse_new(listeners: &[TcpListener]) -> bool {
    #[cfg(target_os = "linux")]
    {
        use socket2::SockFilter;
        // Of a TCP header: drop the packet if the flags (byte 13) have SYN (2), else take it all.
        let no_syn = [
            SockFilter::new(0x30, 0, 0, 13),
            SockFilter::new(0x45, 0, 1, 2),
            SockFilter::new(0x06, 0, 0, 0),
            SockFilter::new(0x06, 0, 0, u32::MAX),
        ];
        listeners.iter().all(|listener| SockRef::from(listener).attach_filter(&no_syn).is_ok())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = listeners;
        false
    }
}

/// Clients are told at once that nobody listens any more.
pub fn close(listeners: &[TcpListener]) {
    for listener in listeners {
        // Where a listening socket cannot be shut down, it closes with the server.
        let _ = SockRef::from(listener).shutdown(std::net::Shutdown::Both);
    }
}
