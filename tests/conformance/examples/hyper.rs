//! The routes of `clients/reference.mjs` on hyper, for `tests/conformance/peers`.

use std::convert::Infallible;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("Listening on http://{}", listener.local_addr()?);
    loop {
        let (socket, _) = listener.accept().await?;
        // A client that goes away is no fault.
        tokio::spawn(async {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(socket), service_fn(answer));
            drop(connection.await);
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/api/hello") => json(r#"{"message":"Hello World"}"#.to_owned()),
        (&Method::POST, "/api/echo") => match request.into_body().collect().await {
            Ok(body) => Response::new(Full::new(body.to_bytes())),
            Err(_) => status(StatusCode::BAD_REQUEST),
        },
        (&Method::GET | &Method::HEAD, "/api/cookies") => {
            let value = request.headers().get("cookie").map(|value| String::from_utf8_lossy(value.as_bytes()));
            json(format!("{{{:?}:1}}", value.unwrap_or_default()))
        }
        (_, "/api/hello" | "/api/echo" | "/api/cookies") => {
            let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert("allow", hyper::header::HeaderValue::from_static("GET"));
            response
        }
        _ => status(StatusCode::NOT_FOUND),
    })
}

fn json(text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    response
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
