//! What an extractor asks of a request: its security schemes, whether a request has their credentials, and how a 401
//! asks for them.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use serde_json::Value;

use super::operation::Requirement;
use super::security::SecurityScheme;
use crate::http::cookies;
use crate::response::Problem;

/// One of the schemes of an extractor; a request satisfies one of them.
pub enum Scheme {
    /// A whole one.
    Declared(SecurityScheme),
    /// The name of a scheme that the program declares elsewhere.
    Named(&'static str),
}

impl From<SecurityScheme> for Scheme {
    fn from(scheme: SecurityScheme) -> Self {
        Self::Declared(scheme)
    }
}

impl From<&'static str> for Scheme {
    fn from(name: &'static str) -> Self {
        Self::Named(name)
    }
}

/// The part of a request that holds a credential.
enum Carrier<'a> {
    /// `Authorization`, with a scheme of HTTP where it is known.
    Authorization(Option<&'a str>),
    Header(&'a str),
    Query(&'a str),
    Cookie(&'a str),
    Unknown,
}

impl Scheme {
    /// The name that operations refer to.
    pub fn name(&self) -> &str {
        match self {
            Self::Declared(scheme) => scheme.name(),
            Self::Named(name) => name,
        }
    }

    /// What an operation says if this scheme is enough.
    pub fn requirement(&self) -> Requirement {
        Requirement::from([(self.name().to_owned(), Vec::new())])
    }

    fn carrier(&self) -> Carrier<'_> {
        let Self::Declared(scheme) = self else { return Carrier::Unknown };
        let member = |name: &str| scheme.value().get(name).and_then(Value::as_str);
        match (member("type"), member("in"), member("name")) {
            (Some("http"), ..) => Carrier::Authorization(member("scheme")),
            (Some("oauth2" | "openIdConnect"), ..) => Carrier::Authorization(Some("bearer")),
            (Some("apiKey"), Some("header"), Some(name)) => Carrier::Header(name),
            (Some("apiKey"), Some("query"), Some(name)) => Carrier::Query(name),
            (Some("apiKey"), Some("cookie"), Some(name)) => Carrier::Cookie(name),
            _ => Carrier::Unknown,
        }
    }

    /// Whether a request has no such credential, not even a bad one. Of an unknown scheme, nobody can say.
    pub fn is_absent(&self, http: &HttpRequest) -> bool {
        match self.carrier() {
            Carrier::Authorization(_) => !http.headers().contains_key(header::AUTHORIZATION),
            Carrier::Header(name) => !http.headers().contains_key(name),
            Carrier::Query(name) => {
                !form_urlencoded::parse(http.query_string().as_bytes()).any(|(known, _)| known == name)
            }
            Carrier::Cookie(name) => !cookies::pairs(http.headers()).any(|cookie| cookie.name() == name),
            Carrier::Unknown => false,
        }
    }

    /// Whether a request has a credential that somebody has put there for it. A browser sends cookies by itself, also
    /// those of a session that is over.
    pub fn is_sent_on_purpose(&self, http: &HttpRequest) -> bool {
        !matches!(self.carrier(), Carrier::Cookie(_) | Carrier::Unknown) && !self.is_absent(http)
    }

    /// What is missing, for people.
    fn missing(&self) -> Option<String> {
        Some(match self.carrier() {
            Carrier::Authorization(scheme) => format!("`Authorization: {} …`", capitalized(scheme.unwrap_or("Bearer"))),
            Carrier::Header(name) => format!("the header `{name}`"),
            Carrier::Query(name) => format!("the query parameter `{name}`"),
            Carrier::Cookie(name) => format!("the cookie `{name}`"),
            Carrier::Unknown => return None,
        })
    }

    /// The challenge of a 401 (RFC 9110, section 11.6.1). API keys and cookies have no scheme of HTTP: theirs has the
    /// words of OpenAPI.
    fn challenge(&self) -> Option<String> {
        Some(match self.carrier() {
            Carrier::Authorization(scheme) => match scheme.unwrap_or("Bearer") {
                basic if basic.eq_ignore_ascii_case("basic") => {
                    // Section 2 of RFC 7617 wants a realm.
                    format!("Basic realm=\"{}\", charset=\"UTF-8\"", quoted(self.name()))
                }
                other => capitalized(other),
            },
            Carrier::Header(name) => format!("ApiKey in=\"header\", name=\"{}\"", quoted(name)),
            Carrier::Query(name) => format!("ApiKey in=\"query\", name=\"{}\"", quoted(name)),
            Carrier::Cookie(name) => format!("ApiKey in=\"cookie\", name=\"{}\"", quoted(name)),
            Carrier::Unknown => return None,
        })
    }
}

/// A 401 for a request without credentials, or with some that the extractor found nobody for. It asks for one of the
/// schemes.
pub fn unauthorized(schemes: &[Scheme], http: &HttpRequest) -> Problem {
    let wanted: Vec<String> = schemes.iter().filter_map(Scheme::missing).collect();
    let wanted = wanted.join(" or ");
    let is_there = schemes.iter().any(|scheme| scheme.is_sent_on_purpose(http));
    let problem = match (wanted.is_empty(), is_there) {
        (true, _) => Problem::unauthorized("this is for those who are signed in"),
        (false, false) => Problem::unauthorized(format!("this needs {wanted}")),
        (false, true) => Problem::unauthorized(format!("this needs {wanted}, and what was sent is not valid")),
    };
    challenge(problem, schemes)
}

/// A 401 with its challenges, one for each scheme (RFC 9110, section 15.5.2 demands at least one). A problem that has
/// some of its own, or another status, stays as it is.
pub fn challenge(problem: Problem, schemes: &[Scheme]) -> Problem {
    if problem.status() != StatusCode::UNAUTHORIZED || problem.headers().contains_key(header::WWW_AUTHENTICATE) {
        return problem;
    }
    schemes
        .iter()
        .filter_map(Scheme::challenge)
        .fold(problem, |problem, challenge| problem.header("WWW-Authenticate", challenge))
}

fn capitalized(scheme: &str) -> String {
    let mut chars = scheme.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A text for a quoted string (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control() && char.is_ascii())
        .collect::<String>()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}
