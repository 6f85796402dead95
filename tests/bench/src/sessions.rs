//! Sessions in a sealed cookie, beside actix-session: a request that reads one, writes one, or asks for none.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use actix_session::SessionMiddleware;
use actix_session::storage::{CookieSessionStore, SessionStore};
use actix_web::cookie::Key;
use actix_web::{App, HttpServer, web};
use start_runtime::prelude::*;
use start_runtime::{Secrets, SessionConfig};

use crate::Result;
use crate::middleware::compare;
use crate::students::{STUDENTS, students};

pub const READ: &str = "/measure/session/read";
pub const WRITE: &str = "/measure/session/write";

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Login {
    user: Option<String>,
    visits: u32,
}

#[api_route(GET, "/measure/session/read")]
async fn read(event: APIEvent) -> std::result::Result<String, Problem> {
    Ok(event.session::<Login>().await?.user.clone().unwrap_or_else(|| "nobody".to_owned()))
}

#[api_route(GET, "/measure/session/write")]
async fn write(event: APIEvent) -> std::result::Result<String, Problem> {
    let mut session = event.session::<Login>().await?;
    session.update(|login| {
        login.user = Some("luna".to_owned());
        login.visits += 1;
    });
    Ok("luna".to_owned())
}

/// The same program with sessions.
pub fn set_up(start: Start) -> Start {
    start.session(SessionConfig::new(Secrets::random()))
}

/// The same in actix-web with actix-session.
pub async fn actix(address: SocketAddr) -> Result<()> {
    actix_with(address, CookieSessionStore::default).await
}

/// The same with sessions in another store.
pub async fn actix_with<S: SessionStore + 'static>(
    address: SocketAddr,
    store: impl Fn() -> S + Clone + Send + 'static,
) -> Result<()> {
    async fn read(session: actix_session::Session) -> actix_web::Result<String> {
        Ok(session.get::<String>("user")?.unwrap_or_else(|| "nobody".to_owned()))
    }
    async fn write(session: actix_session::Session) -> actix_web::Result<String> {
        let visits = session.get::<u32>("visits")?.unwrap_or_default();
        session.insert("user", "luna")?;
        session.insert("visits", visits + 1)?;
        Ok("luna".to_owned())
    }
    let key = Key::generate();
    let app = move || {
        App::new()
            .wrap(SessionMiddleware::builder(store(), key.clone()).cookie_secure(false).build())
            .route(READ, web::get().to(read))
            .route(WRITE, web::get().to(write))
            .route("/api/{house}/students/year-{year}", web::get().to(students))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(address)?;
    println!("{}", server.addrs()[0]);
    Ok(server.run().await?)
}

/// Asks for a session that was written. Returns it as the Cookie header has it.
pub fn cookie(address: SocketAddr) -> Result<String> {
    let mut connection = TcpStream::connect(address)?;
    connection.write_all(format!("GET {WRITE} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let pair = line.and_then(|line| line.split(';').next());
    pair.map(str::to_owned).ok_or_else(|| format!("no session was written: {answer}").into())
}

/// Measures the rows of the table.
pub fn rows() -> Result<Vec<Vec<String>>> {
    let with_cookie = |address| cookie(address).map(|cookie| Some(format!("Cookie: {cookie}")));
    let without = |_| Ok(None);
    let kinds = ["actix-sessions", "start-sessions"];
    Ok(vec![
        compare("sessions are set up, none is asked for", kinds, STUDENTS, without)?,
        compare("the same with a cookie", kinds, STUDENTS, with_cookie)?,
        compare("a session is read", kinds, READ, with_cookie)?,
        compare("a session is written", kinds, WRITE, with_cookie)?,
    ])
}
