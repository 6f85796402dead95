//! A jar of cookies, as a browser keeps it (RFC 6265, section 5).

use std::time::{Duration, Instant, SystemTime};

use actix_web::http::header::{self, HeaderMap};
use cookie::Cookie;

/// The cookies that answers have set, the oldest first.
#[derive(Default)]
pub struct Jar(Vec<Kept>);

struct Kept {
    cookie: Cookie<'static>,
    path: String,
    /// When it is forgotten.
    end: Option<Instant>,
}

impl Jar {
    /// Takes the cookies of an answer to a request for this path.
    pub fn take(&mut self, path: &str, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let Some(cookie) = value.to_str().ok().and_then(|text| Cookie::parse_encoded(text.to_owned()).ok()) else {
                continue;
            };
            let own = cookie.path().filter(|path| path.starts_with('/')).map(str::to_owned);
            let path = own.unwrap_or_else(|| folder(path).to_owned());
            let domain =
                |cookie: &Cookie<'_>| cookie.domain().unwrap_or_default().trim_start_matches('.').to_lowercase();
            let is_same = |kept: &Kept| {
                kept.cookie.name() == cookie.name() && kept.path == path && domain(&kept.cookie) == domain(&cookie)
            };
            let lifetime = lifetime(&cookie);
            let kept = self.0.iter().position(is_same);
            match (lifetime, kept) {
                (Some(Duration::ZERO), Some(place)) => drop(self.0.remove(place)),
                (Some(Duration::ZERO), None) => {}
                (lifetime, place) => {
                    let end = lifetime.and_then(|lifetime| Instant::now().checked_add(lifetime));
                    let kept = Kept { cookie: cookie.into_owned(), path, end };
                    match place {
                        Some(place) => self.0[place] = kept,
                        None => self.0.push(kept),
                    }
                }
            }
        }
    }

    /// The Cookie header of a request for this path: longer paths first, then the older first (section 5.4).
    pub fn header(&mut self, path: &str) -> Option<String> {
        let now = Instant::now();
        self.0.retain(|kept| kept.end.is_none_or(|end| end > now));
        let mut found: Vec<&Kept> = self.0.iter().filter(|kept| is_below(path, &kept.path)).collect();
        found.sort_by_key(|kept| std::cmp::Reverse(kept.path.len()));
        let pairs: Vec<String> = found.iter().map(|kept| kept.cookie.stripped().encoded().to_string()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// How long a cookie is kept, if it says so; zero deletes it.
fn lifetime(cookie: &Cookie<'_>) -> Option<Duration> {
    if let Some(age) = cookie.max_age() {
        return Some(Duration::try_from(age).unwrap_or(Duration::ZERO));
    }
    let end = SystemTime::from(cookie.expires_datetime()?);
    Some(end.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO))
}

/// The path of a cookie that has none (section 5.1.4).
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(end) => &path[..end],
    }
}

/// Whether a request for this path has the cookies of another (section 5.1.4).
fn is_below(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || of.ends_with('/') || rest.starts_with('/'))
}
