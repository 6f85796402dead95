//! Cookies and sessions, for clients that know those of h3: `clients/sessions.mjs`.
//!
//! The sessions are sealed as h3 seals them, with `SESSION_PASSWORD` in the cookie `SESSION_COOKIE`. With `REDIS_URL`, they are
//! in the server there, and those that h3 has sealed are opened.

use std::env;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use start_runtime::cookie::time::OffsetDateTime;
use start_runtime::cookie::time::format_description::well_known::Rfc3339;
use start_runtime::cookie::{Cookie, SameSite, time};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::{Map, Value};
use start_runtime::{Partitioned, Query, Redis, Secrets, Session, SessionConfig, prelude::*};

/// The sessions of this program.
pub fn config() -> std::io::Result<SessionConfig> {
    let variable = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let is_shared = env::var_os("REDIS_URL").is_some();
    let config = match is_shared {
        true => SessionConfig::redis(Redis::from_env()?),
        false => SessionConfig::new(Secrets::random()).keep_iron(),
    };
    let config = config.cookie(variable("SESSION_COOKIE", "session")).max_age(Duration::from_secs(60 * 60));
    Ok(config.open_iron(variable("SESSION_PASSWORD", "interop-password-interop-password-32")))
}

/// The data of the session, whatever it is.
#[api_route("/api/session")]
mod session {
    use super::*;

    async fn GET(session: Session<Map<String, Value>>) -> Json<Map<String, Value>> {
        Json(session.clone())
    }

    /// Merges an object into it.
    async fn POST(
        mut session: Session<Map<String, Value>>,
        Json(more): Json<Map<String, Value>>,
    ) -> Json<Map<String, Value>> {
        session.update(|data| data.extend(more));
        Json(session.clone())
    }

    async fn DELETE(mut session: Session<Map<String, Value>>) {
        session.clear();
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Admin {
    user_id: String,
}

/// Who may, by a cookie that anyone can write.
#[api_route(GET, "/api/admin")]
async fn admin(event: APIEvent) -> Result<Admin, Problem> {
    match event.cookies().get("userId").as_deref() {
        None | Some("") => Err(Problem::unauthorized("Not logged in")),
        Some("mcgonagall") => Ok(Admin { user_id: "mcgonagall".to_owned() }),
        Some(_) => Err(Problem::forbidden("Not authorized")),
    }
}

/// A cookie as `setCookie` of h3 takes it.
#[derive(Deserialize, JsonSchema)]
struct CookieToSet {
    name: String,
    value: String,
    #[serde(default)]
    options: Options,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    path: Option<String>,
    domain: Option<String>,
    secure: Option<bool>,
    http_only: Option<bool>,
    same_site: Option<Site>,
    max_age: Option<i64>,
    /// As in RFC 3339.
    expires: Option<String>,
    partitioned: bool,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Site {
    Strict,
    Lax,
    None,
}

#[derive(Deserialize, JsonSchema)]
struct CookieToDelete {
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    ok: bool,
}

#[api_route("/api/set-cookie")]
mod set_cookie {
    use super::*;

    async fn POST(event: APIEvent, Json(cookie): Json<CookieToSet>) -> Result<Done, Problem> {
        let CookieToSet { name, value, options } = cookie;
        let mut cookie = Cookie::new(name, value);
        cookie.set_secure(options.secure);
        cookie.set_http_only(options.http_only);
        cookie.set_same_site(options.same_site.map(|site| match site {
            Site::Strict => SameSite::Strict,
            Site::Lax => SameSite::Lax,
            Site::None => SameSite::None,
        }));
        cookie.set_max_age(options.max_age.map(time::Duration::seconds));
        if let Some(path) = options.path {
            cookie.set_path(path);
        }
        if let Some(domain) = options.domain {
            cookie.set_domain(domain);
        }
        if let Some(expires) = options.expires {
            let date = OffsetDateTime::parse(&expires, &Rfc3339);
            cookie.set_expires(date.map_err(|error| Problem::unprocessable(format!("`expires`: {error}")))?);
        }
        match options.partitioned {
            true => event.cookies().try_set(Partitioned(cookie))?,
            false => event.cookies().try_set(cookie)?,
        }
        Ok(Done { ok: true })
    }

    async fn DELETE(event: APIEvent, Query(gone): Query<CookieToDelete>) -> Done {
        event.cookies().delete(gone.name);
        Done { ok: true }
    }
}
