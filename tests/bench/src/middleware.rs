//! What capabilities cost when they are used, in instructions, beside what users of actix-web pick for the same.

use std::env;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App, HttpServer, error, web};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use start_runtime::prelude::*;
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Compression, Cors};

use crate::health::{HEALTH, health};
use crate::instructions::per_request_with;
use crate::stats::{print_table, row, thousands};
use crate::students::{STUDENTS, students};
use crate::{Result, sessions};

const ORIGIN: &str = "https://app.example";
const LIMITED: &str = "/measure/limited";
const LIST: &str = "/measure/list";
const LIMIT: u32 = 10_000;

#[api_route(GET, "/measure/limited", rate_limit = "10000 / 1s")]
async fn limited() -> &'static str {
    "passed"
}

/// About 10 KB of JSON.
#[api_route(GET, "/measure/list")]
async fn list() -> Vec<Item> {
    items()
}

#[derive(serde::Serialize, JsonSchema)]
struct Item {
    id: u32,
    name: String,
    text: String,
}

fn items() -> Vec<Item> {
    let item =
        |id| Item { id, name: format!("item {id}"), text: format!("{} owls, {} letters", id * 7, id * 13 % 101) };
    (0..200).map(item).collect()
}

/// The program with one capability.
pub fn set_up(kind: &str, start: Start) -> Start {
    match kind {
        "start-cors" => start.cors(Cors::new().origin(ORIGIN).credentials().expose(["ETag"])),
        "start-gzip" => start.compress(Compression::new()),
        _ => start,
    }
}

/// Serves an app of actix-web until the harness ends. Each has a type of its own.
macro_rules! serve {
    ($address:expr, $app:expr) => {{
        let server = HttpServer::new($app).workers(1).disable_signals().bind($address)?;
        println!("{}", server.addrs()[0]);
        Ok(server.run().await?)
    }};
}

/// The same in actix-web.
pub async fn actix(kind: &str, address: SocketAddr) -> Result<()> {
    async fn list() -> web::Json<Vec<Item>> {
        web::Json(items())
    }
    async fn limited() -> &'static str {
        "passed"
    }
    let route = "/api/{house}/students/year-{year}";
    match kind {
        "actix-cors" => {
            let cors = || {
                let cors = actix_cors::Cors::default().allowed_origin(ORIGIN).allowed_methods(["GET", "HEAD", "POST"]);
                cors.supports_credentials().expose_headers(["ETag"])
            };
            serve!(address, move || App::new().wrap(cors()).route(route, web::get().to(students)))
        }
        "actix-limit" => {
            let quota = Quota::per_second(NonZeroU32::new(LIMIT).ok_or("a limit above zero")?);
            let limiter = Arc::new(RateLimiter::keyed(quota));
            serve!(address, move || {
                let limiter = limiter.clone();
                let limit =
                    from_fn(move |request: ServiceRequest, next: Next<BoxBody>| limit(limiter.clone(), request, next));
                App::new().service(web::resource(LIMITED).wrap(limit).get(limited))
            })
        }
        "actix-gzip" => serve!(address, || App::new().wrap(Compress::default()).route(LIST, web::get().to(list))),
        _ => serve!(address, || App::new().route(LIST, web::get().to(list)).route(HEALTH, web::get().to(health))),
    }
}

/// A limit for each address, as the crate actix-governor asks it.
async fn limit(
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> actix_web::Result<ServiceResponse<BoxBody>> {
    let address = request.peer_addr().ok_or_else(|| error::ErrorInternalServerError("no address"))?.ip();
    limiter.check_key(&address).map_err(|_| error::ErrorTooManyRequests("too many requests"))?;
    next.call(request).await
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let origin = |_| Ok(Some(format!("Origin: {ORIGIN}")));
    let gzip = |_| Ok(Some("Accept-Encoding: gzip".to_owned()));
    let none = |_| Ok(None);
    let mut rows = vec![row!["request", "actix-web", "Start", "actix-web / Start"]];
    rows.push(compare("a route without anything", ["actix", "start"], STUDENTS, none)?);
    rows.extend(sessions::rows()?);
    rows.push(compare("CORS is set up, the request has no origin", ["actix-cors", "start-cors"], STUDENTS, none)?);
    rows.push(compare("an allowed origin asks", ["actix-cors", "start-cors"], STUDENTS, origin)?);
    rows.push(compare("a short text without a limit", ["actix-plain", "start"], HEALTH, none)?);
    rows.push(compare("a short text with a rate limit", ["actix-limit", "start"], LIMITED, none)?);
    rows.push(compare("10 KB of JSON", ["actix-plain", "start"], LIST, none)?);
    rows.push(compare("the same by gzip", ["actix-gzip", "start-gzip"], LIST, gzip)?);
    print_table("User instructions per request, without memset", &rows);
    Ok(())
}

/// A row: the same request to actix-web and to Start.
pub fn compare(
    name: &str,
    kinds: [&str; 2],
    path: &str,
    header: impl Fn(SocketAddr) -> Result<Option<String>>,
) -> Result<Vec<String>> {
    let program = env::current_exe()?;
    let [actix, start] = kinds.map(|kind| per_request_with(&program, kind, path, &header));
    let (actix, start) = (actix?, start?);
    Ok(row![name, thousands(actix), thousands(start), format!("{:.2}", actix / start)])
}
