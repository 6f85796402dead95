//! The way in through sockets: listens, prints the addresses, and stops.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;

use actix_web::dev::Server;
use futures_util::future::{Either, select};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::advice;
use super::build::Prepared;
use super::cli::{self, ServeOptions, check_host};
use super::entry::{self, IoKind, block_on};
use super::guards;
use super::http;
use super::outside;
use super::stop::StopHandle;
use crate::base::StartError;
use crate::base::logging;
use crate::document::{check_params, check_security};
use crate::kernel::Table;
use crate::kernel::built_in::BUILT_IN;
use crate::start::{Start, linked};
use crate::transport::listeners;

/// Runs the program with default settings: the command line first, then the server.
///
/// ```no_run
/// fn main() -> std::io::Result<()> {
///     start_runtime::run()
/// }
/// ```
///
/// # Errors
/// Those of [`Start::serve`].
pub fn run() -> io::Result<()> {
    Start::new().run()
}

impl Start {
    /// Runs the program from a `main` that is not async: the command line first, then the server.
    ///
    /// ```no_run
    /// fn main() -> std::io::Result<()> {
    ///     start_runtime::Start::new().port(8080).run()
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`Start::serve`], and one if a runtime is running already: in an async function, `serve` is awaited.
    pub fn run(self) -> io::Result<()> {
        if tokio::runtime::Handle::try_current().is_ok() {
            entry::served();
            return IoKind.finish(Err(StartError::new(
                "`run` starts a runtime, and this is inside of one: in an `async fn main`, write `Start::new().serve().await`",
            )
            .into()));
        }
        cli::answer_commands();
        IoKind.finish(block_on(self.serve()))
    }

    /// Answers the command line. For `serve`, which is the default, listens until SIGTERM or Ctrl-C, then finishes the
    /// requests that it has accepted, as [`StopHandle::stop`] does. A second signal stops the server at once.
    ///
    /// # Errors
    /// Returns an error if no route is linked in, two routes conflict, a handler takes a `Data<T>` that is not
    /// registered, a route names a security scheme that is not declared, or the address cannot be listened on.
    pub async fn serve(self) -> io::Result<()> {
        let options = cli::serve_options();
        logging::init();
        let running = self.listen_as(&options, |prepared, missing| advice::log(prepared, &missing)).await?;
        // Installed before the banner invites anyone to stop the server.
        match Signals::new() {
            Ok(signals) => drop(actix_web::rt::spawn(stop_on_signal(signals, running.stop))),
            Err(error) => {
                tracing::error!("no signal can be received, stop the process to stop the server: {error}");
            }
        }
        // A closed standard output is no reason to stop.
        let _ = writeln!(io::stdout(), "{}", banner(&running.addresses, &running.prepared));
        running.server.await
    }

    /// Listens on an address such as `127.0.0.1:0`, without command line, signals or logs: for programs that embed the
    /// server, and for tests with real sockets. Await [`Listening::server`] to run it.
    ///
    /// # Errors
    /// Those of [`Start::serve`].
    pub async fn listen(self, address: SocketAddr) -> io::Result<Listening> {
        let options = ServeOptions { host: Some(address.ip().to_string()), port: Some(address.port()), workers: None };
        self.listen_as(&options, |_, _| ()).await
    }

    async fn listen_as(
        self,
        options: &ServeOptions,
        advise: impl FnOnce(&Prepared, Vec<String>),
    ) -> io::Result<Listening> {
        if actix_web::rt::System::try_current().is_none() {
            entry::served();
            return Err(other_runtime().into());
        }
        let host = options.host.clone().or_else(|| self.host.clone()).unwrap_or_else(|| "127.0.0.1".to_owned());
        let port = options.port.or(self.port).unwrap_or(3000);
        if let Err(reason) = check_host(&host) {
            return Err(StartError::new(format!("`host({host:?})`: {reason}")).into());
        }
        let workers = options.workers.map(NonZeroUsize::get).or(self.workers);
        let prepared = self.build()?;
        for left_out in linked::left_out() {
            tracing::warn!("{left_out}");
        }
        let missing = prepared.check_data().await?;
        check_security(&prepared.app.table)?;
        check_params(&prepared.app.table)?;
        guards::warn(&prepared.app.table);
        advise(&prepared, missing);
        let listeners = listeners::open(&host, port).map_err(|error| cannot_listen(&host, port, error))?;
        let listeners: Arc<[TcpListener]> = listeners.into();
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
        let stopping = prepared.app.stopping.clone();
        let mut server = actix_server::Server::build().disable_signals();
        if let Some(workers) = workers {
            server = server.workers(workers);
        }
        for (listener, &address) in listeners.iter().zip(&addresses) {
            let (prepared, stopping) = (prepared.clone(), stopping.clone());
            let (stopped, ours) = (server.graceful_shutdown_signal(), listeners.clone());
            server = server.listen(address.to_string(), listener.try_clone()?, move || {
                let service = http::service(&prepared, &stopping, address);
                let (stopping, stopped, ours) = (stopping.clone(), stopped.clone(), ours.clone());
                // `ServerHandle::stop` of actix does not go through `StopHandle`.
                actix_web::rt::spawn(async move {
                    stopped.notified().await;
                    stopping.begin();
                    listeners::close(&ours);
                });
                service
            })?;
        }
        let timeout = prepared.app.timeouts.shutdown;
        let server = server.shutdown_timeout(timeout.as_secs()).run();
        outside::warn(&prepared.checks);
        let after = prepared.app.after.clone();
        let stop = StopHandle { stopping, after, listeners, server: server.handle(), timeout };
        Ok(Listening { addresses, server, prepared, stop })
    }
}

/// The error for a runtime that is not actix's.
fn other_runtime() -> StartError {
    StartError::new(
        "the server runs on actix's runtime, and this is another one: write `#[start_runtime::main]` in place of `#[tokio::main]` (without the attribute: `Start::new().run()` in a `fn main`)",
    )
}

fn cannot_listen(host: &str, port: u16, error: io::Error) -> StartError {
    let address = format!("{host}:{port}");
    let kind = error.kind();
    let text = if kind == io::ErrorKind::AddrInUse {
        format!("{address} is in use by another program: stop that one, or take another port with --port or PORT")
    } else if kind == io::ErrorKind::PermissionDenied {
        format!(
            "cannot listen on {address}: {error}. Ports below 1024 belong to the system: take another one with --port or PORT"
        )
    } else if error.raw_os_error().is_none() {
        format!("cannot listen on {address}: {error}. Does `{host}` exist? Name another host with --host or HOST")
    } else {
        format!("cannot listen on {address}: {error}")
    };
    StartError::caused_by(text, error).with_kind(kind)
}

/// A server that is bound to its sockets.
pub struct Listening {
    /// The addresses that it listens on, with the ports that the system chose.
    pub addresses: Vec<SocketAddr>,
    /// The future that runs the server.
    pub server: Server,
    prepared: Prepared,
    stop: StopHandle,
}

impl Listening {
    /// Returns a handle that can stop the server from anywhere.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

fn banner(addresses: &[SocketAddr], prepared: &Prepared) -> String {
    let urls: Vec<String> = addresses.iter().map(|address| format!("http://{address}")).collect();
    let mut lines = vec![format!("Listening on {}", urls.join(" and ")), format!("  {}", count(&prepared.app.table))];
    if let Some(url) = urls.first() {
        lines.extend(prepared.banner.iter().map(|line| format!("  {}", line.text(url))));
    }
    lines.join("\n")
}

/// A text such as `13 routes from 2 crates: hogwarts 12, owls 1`.
fn count(table: &Table) -> String {
    let mut crates: Vec<(&str, usize)> = Vec::new();
    for route in table.routes().iter().filter(|route| route.declaration.module != BUILT_IN) {
        match crates.iter_mut().find(|(name, _)| *name == route.crate_name()) {
            Some((_, count)) => *count += 1,
            None => crates.push((route.crate_name(), 1)),
        }
    }
    if crates.is_empty() {
        return "0 routes".to_owned();
    }
    crates.sort_unstable();
    let total: usize = crates.iter().map(|(_, count)| count).sum();
    let routes = if total == 1 { "route" } else { "routes" };
    let parts: Vec<String> = crates.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let from = if crates.len() == 1 { "crate" } else { "crates" };
    format!("{total} {routes} from {} {from}: {}", crates.len(), parts.join(", "))
}

async fn stop_on_signal(mut signals: Signals, stop: StopHandle) {
    signals.next().await;
    tracing::info!("stopping: requests that were accepted are finished");
    if let Either::Right(_) = select(pin!(stop.stop()), pin!(signals.next())).await {
        tracing::info!("stopping at once");
        stop.stop_now().await;
    }
}

/// SIGTERM and Ctrl-C, from the moment when this is created.
#[cfg(unix)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        select(pin!(self.terminate.recv()), pin!(self.interrupt.recv())).await;
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
