//! New connections.

use std::net::SocketAddr;
use std::time::Duration;

use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout_at;

use super::link::{Connection, Lease, Link, Wire};
use super::{Fault, Origin, after};
use crate::features::proxy::addresses::is_public;

/// How many fields an answer may have.
const MOST_FIELDS: usize = 1000;

/// Opens a connection.
pub async fn open(origin: &Origin, limit: Duration) -> Result<Lease, Fault> {
    let until = after(limit);
    let opened = timeout_at(until, async { connect(origin, addresses(origin).await?).await });
    opened.await.unwrap_or_else(|_| Err(Fault::unreachable(format!("none within {limit:?}"))))
}

/// The addresses of a host. With `public_only`, one address of the inside refuses them all: the host is then one that
/// says another thing each time it is asked, or a trap.
async fn addresses(origin: &Origin) -> Result<Vec<SocketAddr>, Fault> {
    let found = lookup_host((origin.host.as_str(), origin.port)).await.map_err(Fault::unreachable)?;
    let found: Vec<SocketAddr> = found.collect();
    if origin.public_only && !found.iter().all(|address| is_public(address.ip())) {
        return Err(Fault::refused(&origin.host));
    }
    Ok(found)
}

/// Connects to the first of the addresses that answers. These are the addresses that were checked: the name is not
/// asked for again.
async fn connect(origin: &Origin, addresses: Vec<SocketAddr>) -> Result<Lease, Fault> {
    let mut fault = Fault::unreachable("the host has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => {
                // Requests go out whole: nothing is won by waiting for more.
                let _ = socket.set_nodelay(true);
                return begin(origin, socket).await;
            }
            Err(error) => fault = Fault::unreachable(error),
        }
    }
    Err(fault)
}

async fn begin(origin: &Origin, socket: TcpStream) -> Result<Lease, Fault> {
    let link = Link::new(socket);
    let wire = Wire(link.clone());
    if !origin.is_https {
        return drive(origin, link, wire).await;
    }
    #[cfg(feature = "proxy-tls")]
    {
        let wire = super::tls::handshake(origin, wire).await?;
        drive(origin, link, wire).await
    }
    #[cfg(not(feature = "proxy-tls"))]
    Err(Fault::unreachable("https takes the feature `proxy-tls` of start-runtime"))
}

async fn drive<T>(origin: &Origin, link: std::rc::Rc<Link>, wire: T) -> Result<Lease, Fault>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + 'static,
{
    let (sender, connection) =
        Builder::new().max_headers(MOST_FIELDS).handshake(TokioIo::new(wire)).await.map_err(Fault::of)?;
    // What goes wrong is told to whoever waits for the answer.
    let task = actix_web::rt::spawn(async move { drop(connection.await) });
    Ok(Lease::new(Connection::new(origin.clone(), sender, link, task.abort_handle())))
}
