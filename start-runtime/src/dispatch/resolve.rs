//! The decision which handler answers a method and a path, or why none does.

use std::borrow::Cow;

use actix_web::http::{Method, Uri};

use super::pages::{PageFile, PageFolder};
use crate::kernel::{Captured, Entry, MethodTable, Names, PathText, Table};
use crate::router::{BadPath, Found, Match};

/// How a request is to be answered.
#[allow(clippy::large_enum_variant, reason = "on the hot path, and gone before anything waits")]
pub enum Resolution {
    /// `by` answers; if that is an API route and it returns nothing, `page` answers: the page of the same path.
    Answer {
        by: Answerer,
        page: Option<Answerer>,
    },
    /// The automatic response to OPTIONS, with the value of Allow.
    Options(String),
    /// The path has routes, but none for the method. The text is the value of Allow.
    MethodNotAllowed(String),
    NotFound,
    BadPath(BadPath),
}

/// What answers a request.
pub enum Answerer {
    /// A handler, with the values of its parameters.
    Route(Entry, Captured),
    /// A file in the folder of static pages.
    File(PageFile),
}

/// Finds what answers a request. The command line uses this too, without a request. `asks_for_socket` is asked where there
/// is a socket.
pub fn resolve(
    table: &Table,
    folder: Option<&PageFolder>,
    method: &Method,
    uri: &Uri,
    asks_for_socket: impl FnOnce() -> bool,
) -> Resolution {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let Found { text, api, page } = match table.find(uri.path()) {
        Ok(found) => found,
        Err(error) => return passage(table, uri).unwrap_or(Resolution::BadPath(error)),
    };
    let decoded = if let Cow::Owned(text) = &text { Some(text.as_str()) } else { None };
    let answerer = |entry: Entry, found: Match| Answerer::Route(entry, capture(decoded, found, entry, uri));
    // The page of this path: a page route, else a file.
    let page = || match page.and_then(|found| Some((table.methods(&found).entry(&Method::GET)?, found))) {
        Some((entry, found)) => Some(answerer(entry, found)),
        None => folder?.find(uri).map(Answerer::File),
    };
    let Some(found) = api else {
        return match page() {
            Some(by) if reads => Resolution::Answer { by, page: None },
            Some(_) => without_handler(method, MethodTable::default().allow(true)),
            None => passage(table, uri).unwrap_or(Resolution::NotFound),
        };
    };
    let methods = table.methods(&found);
    if *method == Method::GET
        && let Some(socket) = methods.socket()
    {
        if asks_for_socket() {
            return Resolution::Answer { by: answerer(socket, found), page: None };
        }
        if methods.entry(method).is_none() {
            let by = page().unwrap_or_else(|| answerer(socket, found));
            return Resolution::Answer { by, page: None };
        }
    }
    if let Some(entry) = methods.entry(method) {
        return Resolution::Answer { by: answerer(entry, found), page: if reads { page() } else { None } };
    }
    match page() {
        Some(by) if reads => Resolution::Answer { by, page: None },
        None if methods.is_socket_alone() => Resolution::MethodNotAllowed(methods.allow(false)),
        page => without_handler(method, methods.allow(page.is_some())),
    }
}

/// The route that takes the path as it came, if no router reads it.
fn passage(table: &Table, uri: &Uri) -> Option<Resolution> {
    let entry = table.passage(uri.path())?;
    Some(Resolution::Answer { by: Answerer::Route(entry, Captured::none()), page: None })
}

fn without_handler(method: &Method, allow: String) -> Resolution {
    if *method == Method::OPTIONS { Resolution::Options(allow) } else { Resolution::MethodNotAllowed(allow) }
}

/// The values of the parameters, with the names of this entry: two methods of one shape may name them differently.
/// `decoded` is the path, unless it is the raw one.
fn capture(decoded: Option<&str>, found: Match, entry: Entry, uri: &Uri) -> Captured {
    if found.values.is_empty() {
        return Captured::none();
    }
    let text = match (decoded, uri.path_and_query()) {
        (None, Some(path)) => PathText::Raw(path.clone()),
        (decoded, _) => PathText::Decoded(decoded.unwrap_or(uri.path()).into()),
    };
    Captured { names: Names::Pattern(entry.path.params), text, values: found.values, rest: found.rest }
}
