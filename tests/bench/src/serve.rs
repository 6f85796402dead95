//! The servers under test. Each has one worker and prints its address to standard output.

use std::convert::Infallible;
use std::io::Read as _;
use std::net::SocketAddr;

use actix_web::{App, HttpServer, rt, web};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use start_runtime::Start;
use tokio::net::TcpListener;

use crate::health::{ANSWER, HEALTH, health};
use crate::students::students;
use crate::{Result, graphql, middleware, proxy, redis, sessions};

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Serves until the harness ends, which closes standard input.
pub fn run(kind: &str, upstream: &str) -> Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    rt::System::new().block_on(async {
        match kind {
            "start" => start(Start::new().only_crates([env!("CARGO_CRATE_NAME")])).await,
            "start-sessions" => start(sessions::set_up(Start::new().only_crates([env!("CARGO_CRATE_NAME")]))).await,
            // The port of the server of sessions stands behind the colon.
            _ if kind.starts_with("start-redis:") => {
                let start = Start::new().only_crates([env!("CARGO_CRATE_NAME")]);
                self::start(redis::set_up(start, &kind["start-redis:".len()..])?).await
            }
            _ if kind.starts_with("actix-redis:") => {
                redis::actix(SocketAddr::from(ANY_PORT), &kind["actix-redis:".len()..]).await
            }
            "actix-graphql" => graphql::actix(SocketAddr::from(ANY_PORT)).await,
            "axum-graphql" => graphql::axum(SocketAddr::from(ANY_PORT)).await,
            "start-trpc" => start(Start::new().only_crates([env!("CARGO_CRATE_NAME")]).trpc("/trpc")).await,
            "start-proxy" => {
                start(Start::new().only_crates([env!("CARGO_CRATE_NAME")]).proxy("/$", format!("http://{upstream}")))
                    .await
            }
            "upstream" => proxy::upstream(),
            "actix-sessions" => sessions::actix(SocketAddr::from(ANY_PORT)).await,
            "start-cors" | "start-gzip" => {
                start(middleware::set_up(kind, Start::new().only_crates([env!("CARGO_CRATE_NAME")]))).await
            }
            "actix-cors" | "actix-limit" | "actix-gzip" | "actix-plain" => {
                middleware::actix(kind, SocketAddr::from(ANY_PORT)).await
            }
            "start-1000" => start(Start::new()).await,
            "actix" => actix(0).await,
            "actix-1000" => actix(1000).await,
            "hyper" => hyper(false).await,
            "hyper-pipelining" => hyper(true).await,
            other => Err(format!("there is no server `{other}`").into()),
        }
    })
}

async fn start(start: Start) -> Result<()> {
    // The routes that measure fetch again and again.
    let start = start.workers(1).fetch_limit(usize::MAX).data(graphql::schema());
    let listening = start.listen(SocketAddr::from(ANY_PORT)).await?;
    println!("{}", listening.addresses[0]);
    Ok(listening.server.await?)
}

/// Bare actix-web, with the route and this many others before it, which it tries one after the other.
async fn actix(more: usize) -> Result<()> {
    let app = move || {
        let bulk = |number: usize| format!("/bulk/r{number:04}/{{house}}/students/year-{{year}}");
        let route = |app: App<_>, path: String| app.route(&path, web::get().to(students));
        let paths = (0..more).map(bulk).chain(["/api/{house}/students/year-{year}".to_owned()]);
        paths.fold(App::new(), route).route(HEALTH, web::get().to(health))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(SocketAddr::from(ANY_PORT))?;
    println!("{}", server.addrs()[0]);
    Ok(server.run().await?)
}

/// Hyper alone: the answer of `/health` to everything. `gathers` lets it write the answers of pipelined requests
/// together; then it writes none while more come, so a client that never stops gets no answer.
async fn hyper(gathers: bool) -> Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(ANY_PORT)).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let service = service_fn(async |_| {
            let mut response = hyper::Response::new(Full::new(hyper::body::Bytes::from_static(ANSWER.as_bytes())));
            let content_type = hyper::header::HeaderValue::from_static("text/plain; charset=utf-8");
            response.headers_mut().insert(hyper::header::CONTENT_TYPE, content_type);
            Ok::<_, Infallible>(response)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .pipeline_flush(gathers)
            .serve_connection(TokioIo::new(socket), service);
        // A client that goes away is no fault.
        rt::spawn(async { drop(connection.await) });
    }
}
