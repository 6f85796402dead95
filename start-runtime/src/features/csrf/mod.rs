//! Cross-site request forgery: a request with the cookie of a session that a page of another site has made a browser send
//! is refused.
//!
//! Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`, `Referer`), and no page can change what they say. So
//! there are no tokens, and nothing to keep.

mod origin;
mod settings;

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

use crate::base::StartError;
use crate::http::{FetchedFor, authority};
use crate::kernel::{Capability, Heads, Meeting, Opening, Settings, head_layer};
use crate::response::Problem;
use crate::router::Scopes;
use origin::Verdict;
pub use settings::Csrf;

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Protects the sessions of the program, unless it says otherwise.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let csrf = settings.take::<Csrf>().unwrap_or_default();
    let mut cookies = csrf.cookies;
    if csrf.sessions {
        cookies.extend(opening.session_cookies.iter().cloned());
    }
    opening.in_place.cross_site.sessions = csrf.sessions;
    opening.in_place.cross_site.cookies.clone_from(&cookies);
    for origin in &csrf.origins {
        if authority::of_origin(origin.as_bytes()).is_none() || origin.to_lowercase() != *origin {
            return Err(StartError::new(format!(
                "`csrf`: `origin({origin:?})`: write scheme and host, as browsers do, such as `https://app.example`"
            )));
        }
    }
    let exceptions = csrf.exceptions.into_iter().map(|path| (path, ()));
    let exceptions =
        Scopes::new(exceptions).map_err(|reason| StartError::new(format!("`csrf`: `except({reason})`")))?;
    if !cookies.is_empty() {
        opening.layers.push(head_layer(Layer { cookies, origins: csrf.origins, exceptions }));
    }
    Ok(())
}

struct Layer {
    cookies: Vec<String>,
    origins: Vec<String>,
    exceptions: Scopes<()>,
}

impl Heads for Layer {
    type Note = ();

    fn meet(&self, request: &ServiceRequest) -> Meeting<()> {
        if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
            return Meeting::Pass;
        }
        let headers = request.headers();
        if !self.has_cookie(headers) || self.exceptions.find(request.uri().path()).is_some() {
            return Meeting::Pass;
        }
        // The request that it is fetched for was judged.
        if FetchedFor::of(request).is_some_and(|fetched| fetched.depth > 0) {
            return Meeting::Pass;
        }
        match origin::judge(headers, &self.origins) {
            Verdict::Same => Meeting::Pass,
            Verdict::Other(reason) => Meeting::Refuse(refused(request, reason)),
        }
    }

    fn write(&self, (): &(), _: &mut HeaderMap) {}
}

impl Layer {
    /// Whether the request has one of the cookies, whatever its value is.
    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let pairs = headers.get_all(header::COOKIE).flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let mut names = pairs.map(|pair| pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii());
        names.any(|name| self.cookies.iter().any(|cookie| cookie.as_bytes() == name))
    }
}

#[cold]
fn refused(request: &ServiceRequest, reason: &'static str) -> Problem {
    tracing::info!(
        target: "start_runtime::csrf",
        "{} {}: refused, because it has the cookie of a session and {reason}",
        request.method(),
        request.uri().path(),
    );
    Problem::forbidden(format!("the request has the cookie of a session and {reason}"))
}
