//! A login form with a session: `cargo run -p login`, then <http://127.0.0.1:3000/>. The visitor is `luna`, and her
//! password is `radish`.
//!
//! - The form works without scripts: it is sent, and the answer leads back to the page.
//! - The session is sealed in a cookie, which no script can read. `START_SESSION_SECRET` keeps it over a restart.
//! - Pages of other origins cannot change anything with it: no line of this program is needed for that.
//! - `FRONT_END=https://app.example` lets the pages of one other origin use the API.
//! - `TRUSTED_PROXIES=10.0.0.1` names the proxy that speaks https; then the cookie is `Secure`.

mod page;

use std::env;

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{Cors, Csrf, Form, Response, Secrets, Session, SessionConfig, prelude::*};

/// What is remembered of a visitor.
#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    user: Option<String>,
    motto: String,
}

/// Who is logged in.
#[derive(Clone, Serialize, JsonSchema)]
struct User {
    name: String,
    motto: String,
}

/// Finds the user of a request. Its type is an argument of the handlers below.
#[extractor(security = cookie("session", "session"))]
async fn current_user(session: Session<Visitor>) -> Result<User, Problem> {
    let name = session.user.clone().ok_or_else(|| Problem::unauthorized("log in first"))?;
    Ok(User { name, motto: session.motto.clone() })
}

/// A form, or a greeting.
#[page_route("/")]
async fn home(session: Session<Visitor>) -> String {
    match &session.user {
        Some(user) => page::greeting(user),
        None => page::form(""),
    }
}

#[derive(Deserialize, JsonSchema)]
struct Login {
    user: String,
    password: String,
}

/// Logs in, by the form of the page.
#[api_route("/login")]
mod login {
    use super::*;

    async fn POST(mut session: Session<Visitor>, Form(login): Form<Login>) -> Response {
        if !knows(&login) {
            let page = page::form("This is not the right name and password.");
            return Response::new(page).content_type("text/html; charset=utf-8").status(401);
        }
        session.set(Visitor { user: Some(login.user), motto: String::new() });
        // Whoever knew the session before has nothing of the login.
        session.rotate();
        Response::redirect("/").status(303)
    }
}

/// Logs out.
#[api_route("/logout")]
mod logout {
    use super::*;

    async fn POST(mut session: Session<Visitor>) -> Response {
        session.clear();
        Response::redirect("/").status(303)
    }
}

/// The user, for scripts.
#[api_route("/api/me")]
mod me {
    use super::*;

    async fn GET(event: APIEvent, user: User) -> User {
        event.response.set_header("X-Mood", "dreamy");
        user
    }

    /// Changes the motto.
    async fn PUT(_: User, mut session: Session<Visitor>, Json(motto): Json<String>) {
        session.update(|visitor| visitor.motto = motto);
    }

    /// Forgets the motto. Pages of other origins are not granted this method.
    async fn DELETE(_: User, mut session: Session<Visitor>) {
        session.update(|visitor| visitor.motto.clear());
    }
}

/// One visitor is enough to try it out. A program has them in its database, with a hash of each password (Argon2).
fn knows(login: &Login) -> bool {
    login.user == "luna" && login.password == "radish"
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    let sessions = match env::var_os("START_SESSION_SECRET") {
        Some(_) => SessionConfig::from_env()?,
        None => SessionConfig::new(Secrets::random()),
    };
    let proxies = env::var("TRUSTED_PROXIES").unwrap_or_default();
    let start = Start::new().session(sessions).trusted_proxies(proxies.split(',').map(str::to_owned));
    match env::var("FRONT_END") {
        Ok(origin) => {
            let cors = Cors::new()
                .origin(&origin)
                .methods(["GET", "PUT"])
                .headers(["content-type"])
                .expose(["X-Mood"])
                .credentials();
            // The first lets its pages read answers, the second change something with the cookie.
            start.cors_at("/api", cors).csrf(Csrf::new().origin(origin)).serve().await
        }
        Err(_) => start.serve().await,
    }
}
