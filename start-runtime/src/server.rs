//! The way in through sockets: listening, saying so, stopping.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

use actix_web::HttpServer;
use actix_web::dev::{Server, ServerHandle};

use crate::__rt::entry::IoKind;
use crate::app::App;
use crate::built_in::BUILT_IN;
use crate::cli::{self, Command, ServeOptions};
use crate::docs::page_path;
use crate::error::StartError;
use crate::logging;
use crate::openapi::check_security;
use crate::start::Start;
use crate::table::Table;

/// Runs the program with default settings: the command line, then the server.
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
    cli::answer_commands();
    IoKind.finish(crate::__rt::block_on(Start::new().serve()))
}

impl Start {
    /// Answers the command line; for `serve`, the default, listens until SIGTERM or Ctrl-C, then
    /// finishes the requests that it has accepted. A second Ctrl-C stops at once.
    ///
    /// # Errors
    /// No route linked in, two routes in each other's way, a `Data<T>` that nobody registers, an
    /// address that cannot be listened on.
    pub async fn serve(self) -> io::Result<()> {
        let options = match cli::command() {
            Command::Serve(options) => options,
            other => cli::answer_and_exit(&other),
        };
        logging::init();
        let running = self.listen_as(&options).await?;
        // Nobody has to listen: a closed standard output is no reason to stop.
        let _ = writeln!(io::stdout(), "{}", banner(&running.addresses, &running.app));
        let handle = running.server.handle();
        actix_web::rt::spawn(stop_on_signal(handle));
        running.server.await
    }

    /// Listens on an address such as `127.0.0.1:0` without command line, signals or logs: for
    /// programs that embed the server, and for tests with real sockets. Await
    /// [`Listening::server`] to run it.
    ///
    /// # Errors
    /// Those of [`Start::serve`].
    pub async fn listen(self, address: SocketAddr) -> io::Result<Listening> {
        let options = ServeOptions { host: address.ip().to_string(), port: address.port(), workers: None };
        self.listen_as(&options).await
    }

    async fn listen_as(self, options: &ServeOptions) -> io::Result<Listening> {
        let workers = options.workers.map(NonZeroUsize::get).or(self.workers);
        let timeout = self.shutdown_timeout;
        let (app, setup) = self.build()?;
        setup.check_data(&app).await?;
        check_security(&app.table)?;
        let shared = app.clone();
        let mut server =
            HttpServer::new(move || setup.worker(&shared)).disable_signals().shutdown_timeout(timeout.as_secs());
        if let Some(workers) = workers {
            server = server.workers(workers);
        }
        let bind_error = |error| StartError::Bind { address: format!("{}:{}", options.host, options.port), error };
        if options.host == "localhost" {
            // Both loopbacks; a machine without IPv6 has only the first.
            server = server.bind(("127.0.0.1", options.port)).map_err(bind_error)?;
            let port = server.addrs().first().map_or(options.port, SocketAddr::port);
            if std::net::TcpListener::bind(("::1", port)).is_ok() {
                server = server.bind(("::1", port)).map_err(bind_error)?;
            }
        } else {
            server = server.bind((options.host.as_str(), options.port)).map_err(bind_error)?;
        }
        let addresses = server.addrs();
        Ok(Listening { addresses, server: server.run(), app })
    }
}

/// A server that has its sockets.
pub struct Listening {
    /// The addresses, with the ports that the system chose.
    pub addresses: Vec<SocketAddr>,
    /// The server: a future that runs it, with a handle that stops it.
    pub server: Server,
    app: Arc<App>,
}

fn banner(addresses: &[SocketAddr], app: &App) -> String {
    let urls: Vec<String> = addresses.iter().map(|address| format!("http://{address}")).collect();
    let mut lines = vec![format!("Listening on {}", urls.join(" and ")), format!("  {}", count(&app.table))];
    if let (Some(url), Some(path)) = (urls.first(), page_path(&app.table)) {
        lines.push(format!("  docs at {url}{path}"));
    }
    lines.join("\n")
}

/// `13 routes: hogwarts 12, owls 1`.
fn count(table: &Table) -> String {
    let mut crates: Vec<(&str, usize)> = Vec::new();
    for route in table.routes().iter().filter(|route| route.module != BUILT_IN) {
        match crates.iter_mut().find(|(name, _)| *name == route.crate_name()) {
            Some((_, count)) => *count += 1,
            None => crates.push((route.crate_name(), 1)),
        }
    }
    crates.sort_unstable();
    let total: usize = crates.iter().map(|(_, count)| count).sum();
    let routes = if total == 1 { "route" } else { "routes" };
    let parts: Vec<String> = crates.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let from = if crates.len() == 1 { "crate" } else { "crates" };
    format!("{total} {routes} from {} {from}: {}", crates.len(), parts.join(", "))
}

async fn stop_on_signal(handle: ServerHandle) {
    if let Err(error) = asked_to_stop().await {
        tracing::error!("no signal can be received, stop the process to stop the server: {error}");
        return;
    }
    tracing::info!("stopping: requests that were accepted are finished");
    let second = async {
        if asked_to_stop().await.is_ok() {
            tracing::info!("stopping at once");
            handle.stop(false).await;
        }
    };
    futures_util::future::join(handle.stop(true), second).await;
}

#[cfg(unix)]
async fn asked_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    futures_util::future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).await;
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
